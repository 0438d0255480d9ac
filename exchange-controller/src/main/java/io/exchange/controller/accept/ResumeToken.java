package io.exchange.controller.accept;

import io.exchange.channel.CommandIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What proves that an attach is of the same session as the one before. Records hold the digest alone. */
final class ResumeToken {

    private static final int BYTES = 16;

    private ResumeToken() {}

    static String next() {
        return CommandIds.randomText(BYTES);
    }

    static String digest(String token) {
        if (token.isEmpty()) {
            return "";
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
