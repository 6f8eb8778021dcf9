package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.web.JsonItems;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a file to rows of texts. One owner thread.
///
/// CSV has the names of its columns in the first line; JSON has objects with the same names, as `GET /resources` has
/// them. What is wrong with a row is noted, and the next one read; where the form itself is broken, reading ends.
final class ResourceFile {
    /// Rows of a file.
    static final int MAX_ROWS = 50_000;

    /// More than anybody mends by hand.
    private static final int MAX_FAULTS = 1_000;

    private static final int MAX_COLUMNS = 64;

    private final List<Row> rows = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    /// A row.
    ///
    /// @param cells what stands in the columns that the file has, as [Cells] write it
    record Row(int line, Map<Column, String> cells) {
        Row {
            cells = Map.copyOf(cells);
        }
    }

    private ResourceFile() {}

    static ResourceFile read(Format format, byte[] bytes) {
        ResourceFile file = new ResourceFile();
        try {
            switch (format) {
                case CSV -> file.csv(decoded(bytes));
                case JSON -> JsonItems.read(bytes, MAX_ROWS).forEach(file::item);
            }
        } catch (Fault.BrokenException e) {
            file.faults.add(e.fault());
        } catch (JsonItems.BrokenException e) {
            file.faults.add(new Fault(e.line(), "", e.sentence()));
        }
        return file;
    }

    /// Those that could be read.
    List<Row> rows() {
        return rows;
    }

    /// What could not.
    List<Fault> faults() {
        return faults;
    }

    private void fault(int line, String field, String message) {
        if (faults.size() >= MAX_FAULTS) {
            throw new Fault.BrokenException(
                    new Fault(line, "", "there are more than " + MAX_FAULTS + " mistakes before this line"));
        }
        faults.add(new Fault(line, field, message));
    }

    private static String decoded(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new Fault.BrokenException(
                    new Fault(line, "", "is no UTF-8: save the file as CSV UTF-8, or as Unicode"));
        }
    }

    private void csv(String text) {
        Csv csv = new Csv(text);
        if (!csv.hasNext()) {
            throw new Fault.BrokenException(
                    new Fault(1, "", "the file is empty: its first line names the columns " + Column.all()));
        }
        List<Optional<Column>> head = head(csv.next());
        while (csv.hasNext()) {
            Csv.Line line = csv.next();
            if (rows.size() == MAX_ROWS) {
                throw new Fault.BrokenException(
                        new Fault(line.line(), "", "there are more than " + MAX_ROWS + " resources: split the file"));
            }
            if (line.cells().size() != head.size()) {
                fault(line.line(), "", line.cells().size() + " values for " + head.size() + " columns");
            } else {
                rows.add(row(line, head));
            }
        }
    }

    private List<Optional<Column>> head(Csv.Line line) {
        if (line.cells().size() > MAX_COLUMNS) {
            throw new Fault.BrokenException(new Fault(
                    line.line(), "", "there are more than " + MAX_COLUMNS + " columns; there are " + Column.all()));
        }
        List<Optional<Column>> head = new ArrayList<>();
        for (String name : line.cells()) {
            Optional<Column> column = Column.of(name.strip());
            if (column.isEmpty()) {
                fault(line.line(), "", "there is no such column; there are " + Column.all());
            } else if (head.contains(column)) {
                fault(line.line(), column.get().field, "the column is there twice");
            }
            head.add(column);
        }
        if (!head.contains(Optional.of(Column.NAME))) {
            throw new Fault.BrokenException(
                    new Fault(line.line(), "", "the first line names the columns, name among them: " + Column.all()));
        }
        return head;
    }

    private static Row row(Csv.Line line, List<Optional<Column>> head) {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        for (int i = 0; i < head.size(); i++) {
            String cell = Cells.unguarded(line.cells().get(i));
            head.get(i).ifPresent(column -> cells.put(column, cell));
        }
        return new Row(line.line(), cells);
    }

    private void item(JsonItems.Item item) {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        item.fields().forEach((name, value) -> {
            Optional<Column> column = Column.of(name);
            if (column.isEmpty()) {
                fault(item.line(), "", "there is a field too many; there are " + Column.all());
            } else {
                cell(item.line(), column.get(), value).ifPresent(cell -> cells.put(column.get(), cell));
            }
        });
        rows.add(new Row(item.line(), cells));
    }

    private Optional<String> cell(int line, Column column, Object value) {
        boolean fits = switch (column.kind) {
            case TEXT -> value instanceof String;
            case FLAG -> value instanceof Boolean;
            case NUMBER -> value instanceof Long;
            case LIST -> value instanceof List;
        };
        if (!fits) {
            fault(line, column.field, "is not of the right type");
            return Optional.empty();
        }
        return Optional.of(
                value instanceof List<?> list
                        ? Cells.joined(list.stream().map(String::valueOf).toList())
                        : value.toString());
    }
}
