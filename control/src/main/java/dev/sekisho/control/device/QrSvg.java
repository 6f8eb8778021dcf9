package dev.sekisho.control.device;

import io.nayuki.qrcodegen.QrCode;

/// A QR code as an SVG image, dark on white whatever the page around it. Stateless. Source: ISO/IEC 18004.
final class QrSvg {
    /// Light modules around it, which readers need.
    private static final int QUIET = 4;

    private QrSvg() {}

    static String of(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.LOW);
        int size = code.size + 2 * QUIET;
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + QUIET)
                            .append(',')
                            .append(y + QUIET)
                            .append("h1v1h-1z");
                }
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size
                + "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0,0h" + size + "v" + size + "h-" + size
                + "z\"/><path fill=\"#000\" d=\"" + path + "\"/></svg>";
    }
}
