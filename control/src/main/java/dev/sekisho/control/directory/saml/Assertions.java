package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/// Says whether an assertion is for us, for this login and of now (Profiles section 4.1.4.3). Thread-safe.
final class Assertions {
    /// How far clocks may be apart.
    static final Duration SKEW = Duration.ofSeconds(60);

    private static final String STEP = "assertion";
    private static final String BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

    /// Conditions that are looked at, or have nothing to say to us; others make an assertion invalid (Core 2.5.1.1).
    private static final Set<String> CONDITIONS = Set.of("AudienceRestriction", "OneTimeUse", "ProxyRestriction");

    private static final int MAX_VALUES = 2_000;
    private static final int MAX_VALUE_CHARS = 4_000;

    private final InstantSource clock;

    Assertions(InstantSource clock) {
        this.clock = clock;
    }

    /// Checks it.
    ///
    /// @param assertion of which every part is signed
    /// @throws DirectoryException saying what is wrong
    Asserted checked(Responses.Expected expected, Element assertion) {
        require(Xml.attribute(assertion, "Version").equals(Optional.of("2.0")), "it is not of version 2.0");
        String id = Xml.attribute(assertion, "ID")
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> failure("it has no ID"));
        Responses.requireIssuer(STEP, expected.settings(), Xml.one(STEP, assertion, Xml.ASSERTION, "Issuer"));
        require(!moment(assertion, "IssueInstant").isAfter(latest()), "it was made in the future: check the clocks");
        Element subject = Xml.one(STEP, assertion, Xml.ASSERTION, "Subject");
        Instant confirmed = confirmed(expected, subject);
        Instant ends = checkConditions(expected, Xml.one(STEP, assertion, Xml.ASSERTION, "Conditions"));
        checkStatements(assertion);
        Element nameId = Xml.one(STEP, subject, Xml.ASSERTION, "NameID");
        return new Asserted(
                id,
                Xml.text(STEP, nameId),
                Xml.attribute(nameId, "Format").orElse(""),
                attributes(assertion),
                (confirmed.isBefore(ends) ? confirmed : ends).plus(SKEW));
    }

    /// @return when the confirmation ends
    private Instant confirmed(Responses.Expected expected, Element subject) {
        DirectoryException last = failure("it says nowhere that whoever brings it is who it is about (bearer)");
        for (Element confirmation : Xml.children(subject, Xml.ASSERTION, "SubjectConfirmation")) {
            if (Xml.attribute(confirmation, "Method").equals(Optional.of(BEARER))) {
                try {
                    return checkBearer(expected, Xml.one(STEP, confirmation, Xml.ASSERTION, "SubjectConfirmationData"));
                } catch (DirectoryException e) {
                    last = e;
                }
            }
        }
        throw last;
    }

    private Instant checkBearer(Responses.Expected expected, Element data) {
        require(
                Xml.attribute(data, "Recipient")
                        .equals(Optional.of(expected.us().acs())),
                "it is for another place: its Recipient is "
                        + Xml.shown(Xml.attribute(data, "Recipient").orElse("missing")));
        require(
                Xml.attribute(data, "InResponseTo").equals(Optional.of(expected.requestId())),
                "its subject confirmation answers another request");
        require(Xml.attribute(data, "NotBefore").isEmpty(), "its subject confirmation has a NotBefore");
        Instant ends = moment(data, "NotOnOrAfter");
        require(clock.instant().isBefore(ends.plus(SKEW)), "it has expired: check the clocks");
        return ends;
    }

    /// @return when they end
    private Instant checkConditions(Responses.Expected expected, Element conditions) {
        if (Xml.attribute(conditions, "NotBefore").isPresent()) {
            require(!moment(conditions, "NotBefore").isAfter(latest()), "it is not valid yet: check the clocks");
        }
        Instant ends = Instant.MAX.minus(SKEW);
        if (Xml.attribute(conditions, "NotOnOrAfter").isPresent()) {
            ends = moment(conditions, "NotOnOrAfter");
            require(clock.instant().isBefore(ends.plus(SKEW)), "it has expired: check the clocks");
        }
        int restrictions = 0;
        for (Element condition : Xml.children(conditions)) {
            require(
                    Xml.ASSERTION.equals(condition.getNamespaceURI()) && CONDITIONS.contains(condition.getLocalName()),
                    "it has a condition that is not known: " + Xml.shown(condition.getLocalName()));
            if (condition.getLocalName().equals("AudienceRestriction")) {
                restrictions++;
                checkAudience(expected, condition);
            }
        }
        require(restrictions > 0, "it does not say for whom it is: it has no audience");
        return ends;
    }

    private static void checkAudience(Responses.Expected expected, Element restriction) {
        List<String> audiences = Xml.children(restriction, Xml.ASSERTION, "Audience").stream()
                .map(audience -> Xml.text(STEP, audience))
                .toList();
        require(
                audiences.contains(expected.us().entityId()),
                "it is for somebody else: its audience is " + Xml.shown(String.join(" ", audiences)));
    }

    private void checkStatements(Element assertion) {
        List<Element> logins = Xml.children(assertion, Xml.ASSERTION, "AuthnStatement");
        require(!logins.isEmpty(), "it does not say that anybody logged in: it has no AuthnStatement");
        for (Element login : logins) {
            if (Xml.attribute(login, "SessionNotOnOrAfter").isPresent()) {
                require(
                        clock.instant()
                                .isBefore(moment(login, "SessionNotOnOrAfter").plus(SKEW)),
                        "the session at the provider has ended");
            }
        }
    }

    private static Map<String, List<String>> attributes(Element assertion) {
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        int count = 0;
        for (Element statement : Xml.children(assertion, Xml.ASSERTION, "AttributeStatement")) {
            for (Element attribute : Xml.children(statement, Xml.ASSERTION, "Attribute")) {
                List<String> values = attributes.computeIfAbsent(
                        Xml.attribute(attribute, "Name").orElseThrow(() -> failure("an attribute has no name")),
                        _ -> new ArrayList<>());
                for (Element value : Xml.children(attribute, Xml.ASSERTION, "AttributeValue")) {
                    // Some attributes hold elements; nobody here reads them.
                    String text = Xml.children(value).isEmpty() ? Xml.text(STEP, value) : "";
                    require(++count <= MAX_VALUES, "it has more than " + MAX_VALUES + " values of attributes");
                    require(text.length() <= MAX_VALUE_CHARS, "a value of an attribute is too long");
                    if (!text.isEmpty()) {
                        values.add(text);
                    }
                }
            }
        }
        return attributes;
    }

    private Instant latest() {
        return clock.instant().plus(SKEW);
    }

    private static Instant moment(Element element, String name) {
        String text =
                Xml.attribute(element, name).orElseThrow(() -> failure(element.getLocalName() + " has no " + name));
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new DirectoryException(STEP, name + " is no time: " + Xml.shown(text), e);
        }
    }

    private static DirectoryException failure(String message) {
        return new DirectoryException(STEP, message, null);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw failure(otherwise);
        }
    }
}
