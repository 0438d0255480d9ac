package io.exchange.channel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of commands: a random prefix for each process life and a counter, unique and cheap. Safe for any thread. */
public final class CommandIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String prefix = randomText(6) + "-";
    private final AtomicLong counter = new AtomicLong();

    /**
     * The next id.
     *
     * @return an id that no other process life gives
     */
    public String next() {
        return prefix + Long.toString(counter.incrementAndGet(), Character.MAX_RADIX);
    }

    /**
     * An id for one process life of a connector, of which the greater is the later.
     *
     * @param epochMillis the time of day at its start
     * @return the session id: the time in hexadecimal digits, then random ones
     */
    public static String sessionId(long epochMillis) {
        return String.format(Locale.ROOT, "%012x-%s", epochMillis, randomText(8));
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
