/// Devices: who connects with which key and address (product lines P01-P08), and which of them are locked (I02). Enter
/// by [dev.sekisho.control.device.Devices].
///
/// Links that hand configurations out once are [dev.sekisho.control.device.DeviceLinks].
///
/// Imports `control.settings`, `control.people`, `control.policy` (values as text), `control.state` (evidence),
/// `control.audit`, `control.store` and `control.web`.
@NullMarked
package dev.sekisho.control.device;

import org.jspecify.annotations.NullMarked;
