package dev.sekisho.control.socket;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.flows.ChallengeIds;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.state.Lock;
import java.util.Optional;

/// Devices, challenges and flows as JSON objects, in the words of the event log. Stateless.
final class ViewJson {
    private ViewJson() {}

    static JsonObject of(DeviceView device, Optional<Lock> lock) {
        JsonObject json = new JsonObject();
        json.addProperty("device", device.device().name());
        json.addProperty("user", device.user().name());
        JsonArray addresses = new JsonArray();
        device.addresses().forEach(addresses::add);
        json.add("addresses", addresses);
        device.endpoint().ifPresent(endpoint -> json.addProperty("endpoint", endpoint));
        if (device.lastHandshakeEpochMillis() != 0) {
            json.addProperty("handshake", EventJson.time(device.lastHandshakeEpochMillis()));
        }
        json.addProperty("receivedBytes", device.receivedBytes());
        json.addProperty("sentBytes", device.sentBytes());
        json.addProperty("receivedBytesPerSecond", device.rate().receivedBytesPerSecond());
        json.addProperty("sentBytesPerSecond", device.rate().sentBytesPerSecond());
        json.addProperty("flows", device.flows());
        json.addProperty("locked", device.locked());
        lock.ifPresent(found -> json.add("lock", of(found)));
        return json;
    }

    static JsonObject of(Lock lock) {
        JsonObject json = new JsonObject();
        json.addProperty("reason", EventJson.lower(lock.reason()));
        json.addProperty("since", EventJson.time(lock.sinceEpochMillis()));
        json.addProperty("note", lock.note());
        JsonArray targets = new JsonArray();
        lock.attempts().forEach(attempt -> targets.add(attempt.destination()));
        json.add("targets", targets);
        return json;
    }

    static JsonObject of(ChallengeView challenge) {
        JsonObject json = new JsonObject();
        json.addProperty("id", ChallengeIds.text(challenge.id()));
        json.addProperty("device", challenge.device().name());
        json.addProperty("user", challenge.user().name());
        json.addProperty("destination", challenge.destination());
        json.addProperty("protocol", EventJson.protocol(challenge.protocol()));
        json.addProperty("rule", challenge.grant().name());
        json.addProperty("resource", challenge.resource().name());
        json.addProperty("perPort", challenge.perPort());
        json.addProperty("opened", EventJson.time(challenge.openedEpochMillis()));
        json.addProperty("deadline", EventJson.time(challenge.deadlineEpochMillis()));
        return json;
    }

    static JsonObject of(FlowView flow) {
        JsonObject json = new JsonObject();
        json.addProperty("event", "flow");
        json.addProperty("flow", flow.flowId());
        json.addProperty("device", flow.device().name());
        json.addProperty("user", flow.user().name());
        EventJson.tuple(json, flow.tuple());
        json.addProperty("from", flow.fromDevice() ? "device" : "network");
        json.addProperty("start", EventJson.time(flow.startedEpochMillis()));
        EventJson.traffic(json, flow.traffic());
        json.addProperty("verdict", flow.handedOff() ? "handed-off" : "allowed");
        json.addProperty("rule", flow.grant().name());
        json.addProperty("resource", flow.resource().name());
        return json;
    }
}
