/// Tests of logins at SAML identity providers.
@NullMarked
package dev.sekisho.control.directory.saml;

import org.jspecify.annotations.NullMarked;
