package dev.sekisho.control.audit;

/// What happens to devices.
public sealed interface DeviceEvent extends ControlEvent {
    /// A device was added.
    record Created(String device, String user) implements DeviceEvent {
        @Override
        public String action() {
            return "device.created";
        }

        @Override
        public String target() {
            return device;
        }
    }
}
