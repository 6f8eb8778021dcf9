/// LDAP directories and Active Directory, behind the port [dev.sekisho.control.directory.Connector]. Enter by
/// [dev.sekisho.control.directory.ldap.LdapConnector]. The only package that knows the LDAP library.
///
/// Each question has a connection of its own with the same order: TLS before anything is said, the account that may
/// search, the search, the groups, and last the person's own password. Names go into filters escaped (RFC 4515), never
/// into DNs. Referrals are not followed. Source: RFC 4511, RFC 4513, RFC 4515, MS-ADTS section 3.1.1.3.4.4.3.
@NullMarked
package dev.sekisho.control.directory.ldap;

import org.jspecify.annotations.NullMarked;
