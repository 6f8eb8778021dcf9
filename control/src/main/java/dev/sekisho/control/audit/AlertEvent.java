package dev.sekisho.control.audit;

/// What happens to alert channels.
public sealed interface AlertEvent extends ControlEvent {
    /// A channel was added.
    record ChannelCreated(String channel, String kind) implements AlertEvent {
        @Override
        public String action() {
            return "alert.channel-created";
        }

        @Override
        public String target() {
            return channel;
        }
    }
}
