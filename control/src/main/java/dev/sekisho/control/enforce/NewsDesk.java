package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.device.Device;
import dev.sekisho.policy.Permission;
import java.util.List;
import java.util.Optional;

/// Tells those who watch what was changed about devices and what came into force. One owner thread.
///
/// @param news where it goes
record NewsDesk(News news) {
    /// Topics `device.changed` and `device.locked`.
    ///
    /// @param change what was done, such as `device.approved`
    /// @param device its name among all
    /// @param user whose device it is, by name, where the change says so
    /// @param reason of a lock
    /// @param comment to a lock, or to its end
    record DeviceNews(
            String change, String device, Optional<String> user, Optional<String> reason, Optional<String> comment) {
        static DeviceNews of(DeviceEvent event) {
            return switch (event) {
                case DeviceEvent.Locked lock ->
                    new DeviceNews(
                            lock.action(),
                            lock.device(),
                            Optional.of(lock.user()),
                            Optional.of(lock.reason()),
                            Optional.of(lock.comment()));
                case DeviceEvent.Unlocked unlocked ->
                    new DeviceNews(
                            unlocked.action(),
                            unlocked.device(),
                            Optional.of(unlocked.user()),
                            Optional.empty(),
                            Optional.of(unlocked.comment()));
                default ->
                    new DeviceNews(
                            event.action(), event.device(), Optional.empty(), Optional.empty(), Optional.empty());
            };
        }
    }

    /// Topic `policy.applied`.
    record PolicyNews(long policyVersion) {}

    static boolean isNews(List<ControlEvent> events) {
        return events.stream().anyMatch(DeviceEvent.class::isInstance);
    }

    void applied(PolicyPublisher.Status status) {
        news.toHolders("policy.applied", Permission.VIEW_NETWORK, new PolicyNews(status.policyVersion()));
    }

    void publish(List<ControlEvent> events, List<Device> devices) {
        for (ControlEvent event : events) {
            if (event instanceof DeviceEvent about) {
                device(about, devices);
            }
        }
    }

    private void device(DeviceEvent event, List<Device> devices) {
        boolean locked = event instanceof DeviceEvent.Locked;
        String topic = locked ? "device.locked" : "device.changed";
        DeviceNews payload = DeviceNews.of(event);
        news.toHolders(topic, Permission.VIEW_NETWORK, payload);
        devices.stream()
                .filter(device -> device.deviceId().name().equals(event.device()))
                .findFirst()
                .ifPresent(device -> news.toUser(topic, device.owner().id(), payload));
    }
}
