package dev.sekisho.control.alert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.Transaction;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns what is recorded into messages for the channels that want it, in the transaction of the change: an alert
/// can't be lost between the change and the outbox. Thread-safe.
///
/// Variables of templates: `event`, `target`, `time`, `actor`, `source`, `seq`; `username`, `device`, `applicant` as
/// far as the event has them; and every field of the event by its name.
public final class AlertRouter implements UnitOfWork.RecordListener, UnitOfWork.CommitListener {
    /// The outbox channel of alerts.
    public static final String CHANNEL = "alert";

    private static final System.Logger LOG = System.getLogger(AlertRouter.class.getName());

    private final AlertChannels channels;
    private final Outbox outbox;

    public AlertRouter(AlertChannels channels, Outbox outbox) {
        this.channels = channels;
        this.outbox = outbox;
    }

    /// Takes part in all changes from now on.
    public void follow(UnitOfWork work) {
        work.onRecord(this);
        work.onCommit(this);
    }

    @Override
    public void recorded(Transaction transaction, List<AuditRecord> records) {
        for (AuditRecord record : records) {
            for (AlertChannel channel : channels.wanting(record.action())) {
                queue(transaction, channel, record);
            }
        }
    }

    /// A database that fails undoes the change; a fault of ours must not.
    private void queue(Transaction transaction, AlertChannel channel, AuditRecord record) {
        try {
            outbox.enqueue(
                    transaction,
                    new Message(
                            CHANNEL + ":" + channel.id(), record.action() + " " + record.target(), variables(record)));
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "no alert of record " + record.seq() + " to " + channel.name(), e);
        }
    }

    @Override
    public void committed(List<ControlEvent> events, List<AuditRecord> records) {
        if (records.stream()
                .anyMatch(record -> !channels.wanting(record.action()).isEmpty())) {
            outbox.nudge();
        }
    }

    static Map<String, String> variables(AuditRecord record) {
        Map<String, String> variables = new LinkedHashMap<>();
        JsonObject details = JsonParser.parseString(record.details()).getAsJsonObject();
        for (Map.Entry<String, JsonElement> entry : details.entrySet()) {
            JsonElement value = entry.getValue();
            variables.put(entry.getKey(), value.isJsonPrimitive() ? value.getAsString() : value.toString());
        }
        variables.put("event", record.action());
        variables.put("target", record.target());
        variables.put("time", record.at().toString());
        variables.put("actor", record.actor().name());
        variables.putIfAbsent("source", record.actor().source());
        variables.put("seq", String.valueOf(record.seq()));
        variables.put("username", variables.getOrDefault("user", record.actor().name()));
        variables.put("applicant", variables.getOrDefault("applicant", variables.getOrDefault("user", "")));
        variables.putIfAbsent("device", "");
        return variables;
    }
}
