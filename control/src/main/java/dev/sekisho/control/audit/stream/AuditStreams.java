package dev.sekisho.control.audit.stream;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.AuditEvent;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.AuditStore;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SignedCheckpoint;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.StoreException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/// Sends the audit log off the host: a virtual thread per stream. Thread-safe; the owner closes it.
public final class AuditStreams implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AuditStreams.class.getName());
    private static final int BATCH = 200;
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration MAX_BACK_OFF = Duration.ofMinutes(1);

    private final UnitOfWork work;
    private final AuditStore log;
    private final StreamStore store = new JdbcStreamStore();
    private final Path folder;
    private final String hostName;
    private final Supplier<SSLSocketFactory> tls;
    private final Map<String, Runner> runners = new HashMap<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    /// @param directory the state directory; files are in its folder `audit`
    /// @param hostName of this server, in syslog messages
    public AuditStreams(UnitOfWork work, AuditStore log, Path directory, String hostName) {
        this(work, log, new Here(directory, hostName), () -> (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /// Where streams start.
    ///
    /// @param directory the state directory
    /// @param hostName of this server
    record Here(Path directory, String hostName) {}

    /// @param tls whom receivers' certificates are believed from
    AuditStreams(UnitOfWork work, AuditStore log, Here here, Supplier<SSLSocketFactory> tls) {
        this.work = work;
        this.log = log;
        this.folder = here.directory().resolve("audit");
        this.hostName = here.hostName();
        this.tls = tls;
        work.onCommit((_, _) -> wake());
    }

    /// A stream and how it fares.
    ///
    /// @param behind records that are still to be sent
    /// @param failure why it can't send, if it can't
    public record Status(AuditStream stream, long behind, Optional<String> failure) {}

    /// Starts what is enabled; stops what is not, any more. To be called at the start.
    public synchronized void start() {
        List<AuditStream> streams = work.read(store::list);
        Set<String> wanted = new HashSet<>();
        for (AuditStream stream : streams) {
            if (stream.enabled()) {
                wanted.add(stream.id());
                Runner runner = runners.get(stream.id());
                if (runner == null || !runner.stream.target().equals(stream.target())) {
                    if (runner != null) {
                        runner.stop();
                    }
                    runners.put(stream.id(), new Runner(stream));
                }
            }
        }
        runners.entrySet().removeIf(entry -> {
            boolean gone = !wanted.contains(entry.getKey());
            if (gone) {
                entry.getValue().stop();
                failures.remove(entry.getKey());
            }
            return gone;
        });
    }

    /// All streams by name.
    public List<Status> list() {
        return work.read(transaction -> {
            long size = log.tree(transaction).size();
            return store.list(transaction).stream()
                    .map(stream -> new Status(
                            stream, Math.max(0, size - stream.sent()), Optional.ofNullable(failures.get(stream.id()))))
                    .toList();
        });
    }

    /// Replaces all streams: those with a known identity go on where they are, new ones begin with the next record,
    /// the others end.
    public void replace(Actor actor, List<AuditStream> streams) {
        work.change(actor, transaction -> {
            Set<String> kept = new HashSet<>();
            streams.forEach(stream -> kept.add(stream.id()));
            store.list(transaction).stream()
                    .filter(old -> !kept.contains(old.id()))
                    .forEach(old -> store.remove(transaction, old.id()));
            long size = log.tree(transaction).size();
            for (AuditStream stream : streams) {
                store.save(
                        transaction,
                        new AuditStream(stream.id(), stream.name(), stream.target(), stream.enabled(), size, 1));
            }
            return Change.of(
                    streams.size(),
                    new AuditEvent.StreamsChanged(
                            streams.stream().map(AuditStream::name).toList()));
        });
        start();
    }

    private synchronized void wake() {
        runners.values().forEach(runner -> runner.bell.release());
    }

    @Override
    public synchronized void close() {
        runners.values().forEach(Runner::stop);
        runners.clear();
    }

    private Sender open(Target target) throws IOException {
        return switch (target) {
            case Target.File file -> new FileSender(folder, file.name());
            case Target.Syslog syslog -> SyslogSender.open(syslog, hostName, tls.get());
        };
    }

    /// One stream under way.
    private final class Runner implements Runnable {
        private final AuditStream stream;
        private final Semaphore bell = new Semaphore(0);
        private final Thread thread;
        private volatile boolean stopped;

        Runner(AuditStream stream) {
            this.stream = stream;
            this.thread = Thread.ofVirtual().name("audit-stream").start(this);
        }

        void stop() {
            stopped = true;
            thread.interrupt();
        }

        @Override
        public void run() {
            Duration pause = Duration.ofSeconds(1);
            while (!stopped) {
                try (Sender sender = open(stream.target())) {
                    while (!stopped) {
                        boolean sentSome = sendNext(sender);
                        failures.remove(stream.id());
                        pause = Duration.ofSeconds(1);
                        if (!sentSome) {
                            await(POLL);
                        }
                    }
                } catch (IOException | StoreException e) {
                    if (!stopped) {
                        failed(e);
                        await(pause);
                        pause = pause.multipliedBy(2).compareTo(MAX_BACK_OFF) > 0
                                ? MAX_BACK_OFF
                                : pause.multipliedBy(2);
                    }
                }
            }
        }

        private void failed(Exception failure) {
            String sentence = String.valueOf(failure.getMessage());
            if (!sentence.equals(failures.put(stream.id(), sentence))) {
                LOG.log(Level.WARNING, "the audit stream {0} waits: {1}", stream.name(), sentence);
            }
        }

        private void await(Duration time) {
            try {
                if (bell.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
                    bell.drainPermits();
                }
            } catch (InterruptedException e) {
                stopped = true;
            }
        }

        private boolean sendNext(Sender sender) throws IOException {
            long after = work.read(store::list).stream()
                    .filter(one -> one.id().equals(stream.id()))
                    .mapToLong(AuditStream::sent)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
            List<AuditRecord> records = work.read(transaction -> log.records(transaction, after, BATCH));
            if (records.isEmpty()) {
                return false;
            }
            long last = records.getLast().seq();
            sender.send(messages(records, after, last));
            work.housekeeping(transaction -> {
                store.sent(transaction, stream.id(), last);
                return last;
            });
            return true;
        }

        /// The checkpoint before the first record is sent along, since it may have been signed after the last one.
        private List<Sender.Message> messages(List<AuditRecord> records, long after, long last) {
            List<SignedCheckpoint> checkpoints =
                    work.read(transaction -> log.checkpoints(transaction, after - 1, BATCH)).stream()
                            .filter(one -> one.size() <= last)
                            .toList();
            List<Sender.Message> messages = new ArrayList<>();
            int next = 0;
            for (AuditRecord record : records) {
                while (next < checkpoints.size() && checkpoints.get(next).size() < record.seq()) {
                    messages.add(message(checkpoints.get(next++)));
                }
                messages.add(new Sender.Message(
                        record.action(), record.at().toString(), new String(record.line(), StandardCharsets.US_ASCII)));
            }
            checkpoints.subList(next, checkpoints.size()).forEach(one -> messages.add(message(one)));
            return messages;
        }

        private Sender.Message message(SignedCheckpoint checkpoint) {
            return new Sender.Message("audit.checkpoint", checkpoint.at().toString(), checkpoint.line());
        }
    }
}
