/// What a new administrator gets wrong, looked at before or while the server runs: one sentence for each thing, with
/// what to do.
///
/// Entry point: [Doctor]. Changes nothing; asks the host by the port [Host] alone, of which [ThisHost] is the real one.
@NullMarked
package dev.sekisho.control.doctor;

import org.jspecify.annotations.NullMarked;
