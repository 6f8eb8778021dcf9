package dev.sekisho.control.mail;

import dev.sekisho.control.outbox.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A mail, as text and as HTML with one look for all. Immutable; what is put in is text, never HTML.
///
/// @param to the address
/// @param subject one line
/// @param paragraphs its text
/// @param button a link to press, if there is one
/// @param picture an image below the text, if there is one
/// @param attachment a file, if there is one
public record Letter(
        String to,
        String subject,
        List<String> paragraphs,
        Optional<Button> button,
        Optional<Picture> picture,
        Optional<Attachment> attachment) {
    /// By what name the text shows the picture (RFC 2392).
    static final String PICTURE_ID = "picture@sekisho";

    /// A link to press.
    ///
    /// @param label what it says
    /// @param url where it leads
    public record Button(String label, String url) {}

    /// An image that comes with it.
    ///
    /// @param label what it shows, for those who don't see it
    /// @param png the image, in base 64
    public record Picture(String label, String png) {
        @Override
        public String toString() {
            return "Picture[" + label + "]";
        }
    }

    /// A text file that comes with it.
    ///
    /// @param name its name
    /// @param text what is in it
    public record Attachment(String name, String text) {
        @Override
        public String toString() {
            return "Attachment[" + name + "]";
        }
    }

    public Letter {
        paragraphs = List.copyOf(paragraphs);
        subject = subject.replaceAll("[\\p{Cntrl}]", " ");
    }

    /// A mail of paragraphs only.
    public static Letter of(String to, String subject, String... paragraphs) {
        return new Letter(to, subject, List.of(paragraphs), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The same with a link to press.
    public Letter button(String label, String url) {
        return new Letter(to, subject, paragraphs, Optional.of(new Button(label, url)), picture, attachment);
    }

    /// The same with an image.
    ///
    /// @param png in base 64
    public Letter picture(String label, String png) {
        return new Letter(to, subject, paragraphs, button, Optional.of(new Picture(label, png)), attachment);
    }

    /// The same with a file.
    public Letter attachment(String name, String text) {
        return new Letter(to, subject, paragraphs, button, picture, Optional.of(new Attachment(name, text)));
    }

    /// For the outbox.
    public Message message() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("to", to);
        fields.put("subject", subject);
        fields.put("text", text());
        fields.put("html", html());
        picture.ifPresent(image -> fields.put("picture", image.png()));
        attachment.ifPresent(file -> {
            fields.put("attachmentName", file.name());
            fields.put("attachment", file.text());
        });
        return new Message(Mails.CHANNEL, subject, fields);
    }

    String text() {
        List<String> parts = new ArrayList<>(paragraphs);
        button.ifPresent(link -> parts.add(link.label() + ":\n" + link.url()));
        return String.join("\n\n", parts) + "\n";
    }

    String html() {
        StringBuilder html = new StringBuilder("""
                <!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <meta name="color-scheme" content="light dark"></head>
                <body style="margin:0;padding:24px;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#1a1d23">
                <div style="max-width:560px;margin:0 auto;background:#fff;border-radius:12px;padding:32px">
                <p style="margin:0 0 24px;font-weight:600;color:#b3392f">Sekisho</p>
                """);
        for (String paragraph : paragraphs) {
            html.append("<p style=\"margin:0 0 16px;white-space:pre-line\">")
                    .append(escape(paragraph))
                    .append("</p>\n");
        }
        button.ifPresent(link -> html.append("<p style=\"margin:24px 0\"><a href=\"")
                .append(escape(link.url()))
                .append("\" style=\"display:inline-block;background:#b3392f;color:#fff;text-decoration:none;")
                .append("padding:12px 20px;border-radius:8px;font-weight:600\">")
                .append(escape(link.label()))
                .append("</a></p>\n"));
        picture.ifPresent(image -> html.append("<p style=\"margin:24px 0 0\"><img src=\"cid:")
                .append(PICTURE_ID)
                .append("\" alt=\"")
                .append(escape(image.label()))
                .append("\" width=\"260\" height=\"260\" style=\"display:block;background:#fff\"></p>\n"));
        return html.append("</div></body></html>\n").toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return "Letter[" + subject + "]";
    }
}
