package dev.sekisho.it;

import dev.sekisho.it.lab.Implementation;
import dev.sekisho.it.lab.Pair;

/// Who stands on which side.
enum Pairing {
    SUBJECT_LEFT,
    SUBJECT_RIGHT,
    SUBJECT_BOTH;

    Implementation left() {
        return this == SUBJECT_RIGHT ? Subject.counterpart() : Subject.implementation();
    }

    Implementation right() {
        return this == SUBJECT_LEFT ? Subject.counterpart() : Subject.implementation();
    }

    /// A pair whose left side has had an answer from the right.
    Pair connected() {
        return Pair.connected(left(), right());
    }

    Pair start(int cableMtu) {
        return Pair.start(cableMtu, left(), right());
    }
}
