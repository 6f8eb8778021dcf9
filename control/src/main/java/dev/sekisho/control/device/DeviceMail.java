package dev.sekisho.control.device;

import dev.sekisho.control.people.Person;

/// The port to mail, for the instructions that come with a new device (product line P02). Thread-safe.
@FunctionalInterface
public interface DeviceMail {
    /// How the configuration comes with the mail. It is a secret either way.
    sealed interface Handover {
        /// In it.
        ///
        /// @param fileName of the attached configuration
        /// @param config the attached configuration
        /// @param qrPng the same as a QR code: a PNG image in base 64
        record Attached(String fileName, String config, String qrPng) implements Handover {
            @Override
            public String toString() {
                return "Attached[" + fileName + "]";
            }
        }

        /// By a link that works once.
        record Linked(String url) implements Handover {
            @Override
            public String toString() {
                return "Linked";
            }
        }
    }

    /// A mail that goes to one person.
    record Letter(Person to, String subject, String body, Handover handover) {
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
