package io.exchange.grpc;

/** Bytes that make no sense as a frame. Its message says why; it carries no stack trace, for a stranger can cause many. */
final class MalformedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message, null, false, false);
    }
}
