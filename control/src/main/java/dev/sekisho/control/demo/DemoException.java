package dev.sekisho.control.demo;

/// The demo can't run or go on. The message says why and what to do.
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DemoException(String message) {
        super(message);
    }
}
