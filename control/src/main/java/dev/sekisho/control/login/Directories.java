package dev.sekisho.control.login;

import java.util.List;

/// The connected directories as of now, without the internal one: a port.
@FunctionalInterface
public interface Directories {
    /// All of them, in the order in which people see them.
    List<Directory> all();
}
