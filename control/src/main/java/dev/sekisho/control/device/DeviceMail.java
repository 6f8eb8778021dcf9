package dev.sekisho.control.device;

import dev.sekisho.control.people.Person;

/// The port to mail, for the instructions that come with a new device (product line P02). Thread-safe.
@FunctionalInterface
public interface DeviceMail {
    /// A mail that goes to one person. It holds a private key.
    ///
    /// @param fileName of the attached configuration
    /// @param config the attached configuration
    /// @param qrPng the same as a QR code: a PNG image in base 64
    record Letter(Person to, String subject, String body, String fileName, String config, String qrPng) {
        @Override
        public String toString() {
            return "Letter[to " + to.name() + "]";
        }
    }

    /// Sends it, or queues it.
    ///
    /// @throws RuntimeException with a sentence when it can't
    void send(Letter letter);
}
