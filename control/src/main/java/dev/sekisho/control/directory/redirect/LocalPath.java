package dev.sekisho.control.directory.redirect;

import java.util.regex.Pattern;

/// Where a login goes on: a path of the portal and nothing else, so that nobody is led elsewhere by a link of ours.
/// Stateless.
public final class LocalPath {
    /// The portal's first page.
    public static final String HOME = "/";

    /// Browsers take a backslash for a slash, and leave out tabs and newlines: so few characters are let through.
    private static final Pattern LOCAL = Pattern.compile("/(?!/|.*//)[A-Za-z0-9._~/?=&%+:@!,;-]{0,500}");

    private LocalPath() {}

    /// The path, or the first page when it is none.
    public static String of(String wanted) {
        return LOCAL.matcher(wanted).matches() ? wanted : HOME;
    }
}
