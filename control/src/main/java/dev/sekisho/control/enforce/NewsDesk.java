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
    /// @param reason of a lock
    record DeviceNews(String change, String device, Optional<String> reason) {}

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
        DeviceNews payload = new DeviceNews(
                event.action(),
                event.device(),
                event instanceof DeviceEvent.Locked lock ? Optional.of(lock.reason()) : Optional.empty());
        news.toHolders(topic, Permission.VIEW_NETWORK, payload);
        devices.stream()
                .filter(device -> device.deviceId().name().equals(event.device()))
                .findFirst()
                .ifPresent(device -> news.toUser(topic, device.owner().id(), payload));
    }
}
