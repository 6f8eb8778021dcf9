package dev.sekisho.control.resource.transfer;

/// What is wrong in a file.
///
/// @param line counted from 1
/// @param field as the API calls it; empty = the line as a whole
/// @param message a sentence
public record Fault(int line, String field, String message) {
    /// Nothing can be read from there on.
    static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Fault fault;

        BrokenException(Fault fault) {
            super(fault.message());
            this.fault = fault;
        }

        Fault fault() {
            return fault;
        }
    }

    /// Where, in words.
    public String place() {
        return "line " + line + (field.isEmpty() ? "" : ", " + field);
    }
}
