package dev.sekisho.control.resource.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R01")
class CsvTest {
    private static final String ALPHABET = "ab,;\"'\t\r\n\\=+-@ \uFEFF\uFF1D\u00e9";

    private static List<List<String>> read(String text) {
        List<List<String>> records = new ArrayList<>();
        Csv csv = new Csv(text);
        while (csv.hasNext()) {
            records.add(csv.next().cells());
        }
        return records;
    }

    private static String text(Random dice) {
        StringBuilder text = new StringBuilder();
        for (int length = dice.nextInt(6); length > 0; length--) {
            text.append(ALPHABET.charAt(dice.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    @Test
    void anyRecordsAreReadAsTheyWereWritten() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random dice = new Random(seed);
            // The line of names, which in a file comes first, tells what separates.
            List<List<String>> records = new ArrayList<>(List.of(List.of("name", "cidr", "ports")));
            StringBuilder text = new StringBuilder(Csv.record(records.getFirst()));
            for (int count = dice.nextInt(4); count > 0; count--) {
                List<String> cells = List.of(text(dice), text(dice), "x" + text(dice));
                records.add(cells);
                text.append(Csv.record(cells));
            }
            assertThat(read(text.toString())).as("seed " + seed).isEqualTo(records);
        }
    }

    @Test
    void anyTextInACellIsWhatItWasAndRunsInNoSpreadsheet() {
        for (int seed = 0; seed < 20_000; seed++) {
            String text = text(new Random(seed));
            String cell = Cells.guarded(text);
            assertThat(Cells.unguarded(cell)).as("seed " + seed).isEqualTo(text);
            assertThat(cell).as("seed " + seed).doesNotMatch("(?s)[=+\\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20].*");
        }
    }

    @Test
    void anyTextsInACellAreWhatTheyWere() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random dice = new Random(seed);
            List<String> texts = new ArrayList<>();
            for (int count = dice.nextInt(4); count > 0; count--) {
                texts.add("a" + text(dice).replaceAll("\\s", "") + "b");
            }
            assertThat(Cells.parts(Cells.joined(texts))).as("seed " + seed).isEqualTo(texts);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"=1+1,`'=1+1`", "'=1,`''=1`", "'a,`'a`", "-5,`'-5`", "a=1,a=1", "10.0.0.0/8,10.0.0.0/8", "*,*"})
    void whatASpreadsheetWouldRunGetsAnApostrophe(String text, String cell) {
        assertThat(Cells.guarded(text)).isEqualTo(cell);
    }

    @Test
    void whatSpreadsheetsWriteIsRead() {
        List<List<String>> wanted = List.of(List.of("name", "ports"), List.of("a", "22,80"), List.of("b\nc", ""));
        assertThat(read("\uFEFFname,ports\r\na,\"22,80\"\r\n\r\n\"b\nc\",\r\n")).isEqualTo(wanted);
        assertThat(read("name;ports\na;22,80\n\"b\nc\";")).isEqualTo(wanted);
        assertThat(read("\nname\tports\ra\t22,80\r\"b\nc\"\t\r")).isEqualTo(wanted);
    }

    @Test
    void aLineIsThatOnWhichItBegins() {
        Csv csv = new Csv("a,b\n\n\"x\r\ny\rz\",1\nlast,1");
        List<Integer> lines = new ArrayList<>();
        while (csv.hasNext()) {
            lines.add(csv.next().line());
        }
        assertThat(lines).containsExactly(1, 3, 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b\n\"x,y\n", "a\"b,c", "\"a\"b,c", "a,\"", "\"\"\"", "a,b\n1,\"2\" \n"})
    void aQuoteInTheWrongPlaceIsAnError(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(Fault.BrokenException.class)
                .hasMessageContaining("quote");
    }
}
