package io.exchange.channel;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of commands: a random prefix for each process life and a counter, unique and cheap. Safe for any thread. */
public final class CommandIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_~".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DIGIT_BITS = 6;
    private static final int MAX_DIGITS = 11;
    /** 60 random bits; short, as an id is written, read and hashed for each command. */
    private static final int PREFIX_DIGITS = 10;

    private static final int TIME_DIGITS = 12;

    private final byte[] prefix = prefix();
    private final AtomicLong counter = new AtomicLong();

    private static byte[] prefix() {
        byte[] prefix = new byte[PREFIX_DIGITS];
        RANDOM.nextBytes(prefix); // each look at the source costs as much as all of this
        for (int i = 0; i < PREFIX_DIGITS; i++) {
            prefix[i] = DIGITS[prefix[i] & (DIGITS.length - 1)];
        }
        return prefix;
    }

    /**
     * The next id.
     *
     * @return an id that no other process life gives
     */
    public String next() {
        long number = counter.incrementAndGet();
        byte[] text = Arrays.copyOf(prefix, prefix.length + MAX_DIGITS);
        int length = prefix.length;
        int shift = (Long.SIZE - 1 - Long.numberOfLeadingZeros(number)) / DIGIT_BITS * DIGIT_BITS;
        for (; shift >= 0; shift -= DIGIT_BITS) {
            text[length++] = DIGITS[(int) (number >>> shift) & (DIGITS.length - 1)];
        }
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * An id for one process life of a connector, of which the greater is the later.
     *
     * @param epochMillis the time of day at its start
     * @return the session id: the time in hexadecimal digits, then random ones
     */
    public static String sessionId(long epochMillis) {
        return HexFormat.of().toHexDigits(epochMillis, TIME_DIGITS) + '-' + randomText(8);
    }

    /**
     * Random hexadecimal digits from a strong source.
     *
     * @param bytes how many bytes they stand for
     * @return two digits for each byte
     */
    public static String randomText(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
