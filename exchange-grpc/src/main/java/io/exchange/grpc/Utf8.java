package io.exchange.grpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text on the wire, beyond what the fast paths of reading and writing do. */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /**
     * Writes the characters from an index on, three bytes for each at most; half a surrogate pair becomes a question mark.
     *
     * @return the place after what was written
     */
    static int encode(String value, int from, byte[] to, int place) {
        int at = place;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                to[at++] = (byte) c;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | (c >> 6));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                to[at++] = (byte) (0xE0 | (c >> 12));
                to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isSurrogatePair(c, charAt(value, i + 1))) {
                at = encodePair(Character.toCodePoint(c, value.charAt(++i)), to, at);
            } else {
                to[at++] = '?';
            }
        }
        return at;
    }

    private static char charAt(String value, int index) {
        return index < value.length() ? value.charAt(index) : 0;
    }

    private static int encodePair(int codePoint, byte[] to, int place) {
        to[place] = (byte) (0xF0 | (codePoint >> 18));
        to[place + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        to[place + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        to[place + 3] = (byte) (0x80 | (codePoint & 0x3F));
        return place + 4;
    }

    /**
     * Reads a text.
     *
     * @throws MalformedException if the bytes are none
     */
    static String decode(byte[] bytes, int from, int length) {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0 && !isValid(bytes, from, length)) {
            throw new MalformedException("a text is not UTF-8");
        }
        return text;
    }

    private static boolean isValid(byte[] bytes, int from, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
