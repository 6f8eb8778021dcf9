package dev.sekisho.control.enforce;

import dev.sekisho.dataplane.flow.CheckpointEvent;

/// The port to whoever asks people for their second factor. Called by one thread at a time; must not wait.
public interface ChallengeSink {
    /// A second factor is asked for; packets are held until it is settled by
    /// [dev.sekisho.control.socket.Enforcer#settle].
    void needed(CheckpointEvent.ChallengeNeeded challenge);

    /// A challenge was answered, ran out or is no longer asked.
    void ended(CheckpointEvent.ChallengeEnded challenge);

    /// Challenges wait for the local control socket alone.
    ChallengeSink NONE = new ChallengeSink() {
        @Override
        public void needed(CheckpointEvent.ChallengeNeeded challenge) {}

        @Override
        public void ended(CheckpointEvent.ChallengeEnded challenge) {}
    };
}
