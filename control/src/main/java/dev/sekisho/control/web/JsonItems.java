package dev.sekisho.control.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `{"items": [{...}, ...]}`, as lists of the API are written, with the line of each item, so that a mistake can
/// be found in a large file. Items are flat: texts, whole numbers, true and false, lists of texts; null is as if it was
/// not there. Stateless.
public final class JsonItems {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNumberLength(18).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonItems() {}

    /// An item.
    ///
    /// @param line on which it begins, counted from 1
    /// @param fields [String], [Long], [Boolean] or a [List] of [String], by name
    public record Item(int line, Map<String, Object> fields) {
        public Item {
            fields = Map.copyOf(fields);
        }
    }

    /// What can't be read.
    public static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;

        BrokenException(int line, String sentence) {
            super(sentence);
            this.line = line;
        }

        /// Where, counted from 1.
        public int line() {
            return line;
        }

        /// What is wrong; never a value.
        public String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /// Reads all items.
    ///
    /// @param most items
    /// @throws BrokenException when it is something else, or more
    public static List<Item> read(byte[] bytes, int most) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            try {
                return document(parser, most);
            } catch (JsonProcessingException e) {
                throw new BrokenException(
                        line(parser), "is no valid JSON, or holds a field twice or a number that is too long");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentLocation().getLineNr());
    }

    private static List<Item> document(JsonParser parser, int most) throws IOException {
        boolean begins = parser.nextToken() == JsonToken.START_OBJECT
                && parser.nextToken() == JsonToken.FIELD_NAME
                && parser.currentName().equals("items")
                && parser.nextToken() == JsonToken.START_ARRAY;
        require(parser, begins, "write {\"items\": [{...}, ...]}");
        List<Item> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser, parser.currentToken() == JsonToken.START_OBJECT, "an item is an object: {...}");
            require(parser, items.size() < most, "there are more than " + most + " items");
            int line = parser.currentTokenLocation().getLineNr();
            items.add(new Item(line, fields(parser)));
        }
        boolean ends = parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        require(parser, ends, "nothing stands behind the list of items");
        return items;
    }

    private static void require(JsonParser parser, boolean isSo, String sentence) {
        if (!isSo) {
            throw new BrokenException(line(parser), sentence);
        }
    }

    private static Map<String, Object> fields(JsonParser parser) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (parser.currentToken()) {
                case VALUE_STRING -> fields.put(name, parser.getText());
                case VALUE_TRUE, VALUE_FALSE -> fields.put(name, parser.getBooleanValue());
                case VALUE_NUMBER_INT -> fields.put(name, parser.getLongValue());
                case VALUE_NULL -> {}
                case START_ARRAY -> fields.put(name, texts(parser));
                default ->
                    throw new BrokenException(
                            line(parser), "a field is a text, a whole number, true, false or a list of texts");
            }
        }
        return fields;
    }

    private static List<String> texts(JsonParser parser) throws IOException {
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser, parser.currentToken() == JsonToken.VALUE_STRING, "a list is one of texts");
            texts.add(parser.getText());
        }
        return texts;
    }
}
