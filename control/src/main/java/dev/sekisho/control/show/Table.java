package dev.sekisho.control.show;

import java.util.ArrayList;
import java.util.List;

/// Rows under headings, columns as wide as they need to be. One owner thread.
public final class Table {
    private static final String GAP = "  ";

    private final Palette palette;
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /// @param palette colours the headings
    public Table(Palette palette, String... headings) {
        this.palette = palette;
        this.headings = List.of(headings);
    }

    /// Adds a row with as many cells as there are headings.
    public void row(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
        }
        rows.add(List.of(cells));
    }

    /// The headings and the rows, a line each; nothing behind the last cell of a line.
    public void append(StringBuilder text) {
        int[] widths = new int[headings.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = headings.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        line(text, headings, widths, true);
        rows.forEach(row -> line(text, row, widths, false));
    }

    private void line(StringBuilder text, List<String> cells, int[] widths, boolean heading) {
        int last = cells.size() - 1;
        while (last > 0 && cells.get(last).isEmpty()) {
            last--;
        }
        for (int i = 0; i <= last; i++) {
            String cell = cells.get(i);
            text.append(heading ? palette.bold(cell) : cell);
            if (i < last) {
                text.append(" ".repeat(widths[i] - cell.length())).append(GAP);
            }
        }
        text.append('\n');
    }
}
