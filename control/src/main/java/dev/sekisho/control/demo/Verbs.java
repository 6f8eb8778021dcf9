package dev.sekisho.control.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;

/// The commands of an administrator at the running checkpoint, told as they are run. They take the same way as
/// those of the command line: requests on the control socket. One owner thread.
///
/// @param client connected to the control socket
/// @param narrator tells what was typed and printed
record Verbs(ControlClient client, Narrator narrator) {
    /// `sekisho challenges`.
    ///
    /// @return the challenges
    JsonArray challenges() throws IOException {
        JsonArray challenges = client.ask(ControlClient.request("challenges")).getAsJsonArray("challenges");
        narrator.command("sekisho challenges", text().challenges(challenges));
        return challenges;
    }

    /// `sekisho approve ID`.
    void approve(String id, String code) throws IOException {
        JsonObject answer = client.ask(ControlClient.request("approve", "id", id, "code", code));
        narrator.command("sekisho approve " + id, "code: " + code + "\n" + ControlText.approved(answer));
    }

    /// `sekisho explain SUBJECT TARGET`.
    ///
    /// @return what it printed
    String explain(String subject, String target) throws IOException {
        JsonObject answer = client.ask(ControlClient.request("explain", "subject", subject, "destination", target));
        String explanation = ControlText.explanation(answer);
        narrator.command("sekisho explain " + subject + " " + target, explanation);
        return explanation;
    }

    /// `sekisho devices`.
    ///
    /// @return the only device
    JsonObject devices() throws IOException {
        JsonArray devices = client.ask(ControlClient.request("devices")).getAsJsonArray("devices");
        narrator.command("sekisho devices", text().devices(devices));
        return devices.get(0).getAsJsonObject();
    }

    /// `sekisho unlock DEVICE`.
    void unlock(String device) throws IOException {
        JsonObject answer = client.ask(ControlClient.request("unlock", "device", device));
        Narrator.require(answer.get("wasLocked").getAsBoolean(), device + " was not locked");
        narrator.command("sekisho unlock " + device, ControlText.unlocked(answer));
    }

    private ControlText text() {
        return new ControlText(narrator.palette());
    }
}
