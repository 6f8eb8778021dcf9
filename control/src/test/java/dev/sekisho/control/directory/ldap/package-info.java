@NullMarked
package dev.sekisho.control.directory.ldap;

import org.jspecify.annotations.NullMarked;
