package dev.sekisho.control.factor;

import io.nayuki.qrcodegen.QrCode;

/// A text as QR code in SVG. Stateless. It holds whatever the text holds: for a seed it is as secret as that.
public final class QrSvg {
    /// Light modules around the code that readers need (ISO 18004 section 6.3.8).
    private static final int BORDER = 4;

    private QrSvg() {}

    /// The drawing, black on white, without a size of its own.
    ///
    /// @throws IllegalArgumentException when the text is too long for a QR code
    public static String of(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
        int size = code.size + 2 * BORDER;
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + BORDER)
                            .append(' ')
                            .append(y + BORDER)
                            .append("h1v1h-1z");
                }
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size
                + "\" shape-rendering=\"crispEdges\" role=\"img\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
                + "<path d=\"" + path + "\" fill=\"#000\"/></svg>";
    }
}
