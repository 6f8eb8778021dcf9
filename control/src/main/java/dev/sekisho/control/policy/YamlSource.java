package dev.sekisho.control.policy;

import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// Reads one YAML document whose root is a mapping, piece by piece. One owner thread, used once.
///
/// A list below the root is handed over item by item, so no more than one item is in memory. Anchors,
/// aliases and tags are refused: what a file says is what it shows, and nothing can multiply.
final class YamlSource {
    /// Levels below the root: an item, a list in it.
    private static final int MAX_DEPTH = 6;

    /// Gets the pieces in file order.
    interface Visitor {
        /// A key of the root begins.
        ///
        /// @return whether its value is of interest; otherwise it is skipped
        boolean section(String key, int line, boolean isList);

        /// The value of a key of the root, when it isn't a list.
        void value(String key, YamlNode value);

        /// One item of the list under a key of the root.
        void item(String key, int index, YamlNode item);
    }

    /// The file can't be read past this point.
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;

        Unreadable(int line, String sentence) {
            super(sentence);
            this.line = line;
        }
    }

    private final Iterator<Event> events;
    private final Problems problems;

    private YamlSource(Reader text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit((int) PolicyFile.MAX_BYTES)
                .setUseMarks(true)
                .setParseComments(false)
                .build();
        this.events = new Parse(settings).parseReader(text).iterator();
        this.problems = problems;
    }

    /// Reads the whole text; what is wrong goes to `problems`.
    static void read(Reader text, Visitor visitor, Problems problems) {
        try {
            new YamlSource(text, problems).root(visitor);
        } catch (Unreadable e) {
            problems.add(e.line, "", String.valueOf(e.getMessage()));
        } catch (MarkedYamlEngineException e) {
            // Its message would quote the file, and so maybe a secret.
            problems.add(line(e.getProblemMark().or(e::getContextMark)), "", "is not YAML: " + sentence(e));
        }
    }

    private static String sentence(MarkedYamlEngineException e) {
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        String hint = context.contains("alias") ? "; put a * in quotes" : "";
        return context + e.getProblem() + hint;
    }

    private void root(Visitor visitor) {
        next(); // the stream
        Event document = next();
        if (document.getEventId() == Event.ID.StreamEnd) {
            throw new Unreadable(0, "is empty");
        }
        Event start = next();
        if (start.getEventId() != Event.ID.MappingStart) {
            throw new Unreadable(line(start), "must be a group of keys, such as network: {...}");
        }
        Set<String> seen = new HashSet<>();
        for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
            String key = key(event);
            if (!seen.add(key)) {
                problems.add(line(event), key, "is there twice");
            }
            section(key, line(event), visitor);
        }
        next(); // the document's end
        Event end = next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            throw new Unreadable(line(end), "holds a second document; everything belongs into one");
        }
    }

    private void section(String key, int line, Visitor visitor) {
        Event event = next();
        boolean isList = event.getEventId() == Event.ID.SequenceStart;
        boolean wanted = visitor.section(key, line, isList);
        if (!isList) {
            YamlNode value = node(event, 0, key);
            if (wanted) {
                visitor.value(key, value);
            }
            return;
        }
        int index = 0;
        for (Event item = next(); item.getEventId() != Event.ID.SequenceEnd; item = next()) {
            YamlNode node = node(item, 0, key + "[" + index + "]");
            if (wanted) {
                visitor.item(key, index, node);
            }
            index++;
        }
    }

    private YamlNode node(Event event, int depth, String path) {
        int line = line(event);
        if (depth > MAX_DEPTH) {
            throw new Unreadable(line, "is nested too deeply");
        }
        return switch (event.getEventId()) {
            case Scalar -> new YamlNode.Scalar(line, ((ScalarEvent) event).getValue());
            case SequenceStart -> {
                List<YamlNode> items = new ArrayList<>();
                for (Event item = next(); item.getEventId() != Event.ID.SequenceEnd; item = next()) {
                    items.add(node(item, depth + 1, path + "[" + items.size() + "]"));
                }
                yield new YamlNode.Sequence(line, items);
            }
            case MappingStart -> mapping(line, depth, path);
            default -> throw new Unreadable(line, "is not YAML that makes sense here");
        };
    }

    private YamlNode mapping(int line, int depth, String path) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
            String key = key(event);
            Event start = next();
            YamlNode value = start instanceof ScalarEvent scalar
                    ? new YamlNode.Scalar(line(start), scalar.getValue())
                    : node(start, depth + 1, path + "." + key);
            if (entries.putIfAbsent(key, new YamlNode.Entry(line(event), value)) != null) {
                problems.add(line(event), path + "." + key, "is there twice");
            }
        }
        return new YamlNode.Mapping(line, entries);
    }

    private static String key(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getValue();
        }
        throw new Unreadable(line(event), "a key must be a word");
    }

    private Event next() {
        Event event = events.next();
        if (event instanceof AliasEvent
                || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
            throw new Unreadable(line(event), "anchors and aliases (& and *) are not allowed; put a * in quotes");
        }
        boolean tagged = (event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
                || (event instanceof CollectionStartEvent collection
                        && collection.getTag().isPresent());
        if (tagged) {
            throw new Unreadable(line(event), "tags (such as !name) are not allowed");
        }
        return event;
    }

    private static int line(Event event) {
        return line(event.getStartMark());
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(place -> place.getLine() + 1).orElse(0);
    }
}
