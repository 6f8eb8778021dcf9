/// User directories beside the internal one. Enter by [dev.sekisho.control.directory.UserDirectories] (what is
/// connected), [dev.sekisho.control.directory.LoginDirectories] (logins) and
/// [dev.sekisho.control.directory.DirectoryRefresh] (what became of people).
///
/// A directory says who somebody is and in which groups they are; what follows from that is decided here, the same for
/// all kinds: which roles the groups give ([dev.sekisho.control.directory.Admissions]), that a name does not pass from
/// one person to another, that those who are gone lose their access. How a kind of directory is asked is behind the
/// port [dev.sekisho.control.directory.Connector], in the packages below. Passwords of people are asked for and kept
/// nowhere (product line S04). Serves the port [dev.sekisho.control.login.Directories]. Product line C05.
@NullMarked
package dev.sekisho.control.directory;

import org.jspecify.annotations.NullMarked;
