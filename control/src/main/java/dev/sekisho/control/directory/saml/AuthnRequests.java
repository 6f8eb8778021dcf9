package dev.sekisho.control.directory.saml;

import dev.sekisho.control.directory.DirectoryException;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.Deflater;

/// Asks identity providers to log somebody in, by HTTP-Redirect (Core section 3.4.1, Bindings section 3.4.4).
/// Immutable.
///
/// @param us who we are
/// @param clock the time of requests
record AuthnRequests(ServiceProvider us, InstantSource clock) {
    private static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private static final String STEP = "request";

    /// The address to which the browser goes.
    ///
    /// @param requestId an XML name
    /// @param key in PEM (PKCS #8), by which the request is signed
    /// @throws DirectoryException when the key can't be used
    String address(SamlSettings settings, String requestId, Optional<String> key) {
        String query = "SAMLRequest=" + encoded(packed(xml(settings, requestId)));
        String signed = key.map(pem -> signed(query, pem)).orElse(query);
        return settings.ssoUrl() + (settings.ssoUrl().getRawQuery() == null ? "?" : "&") + signed;
    }

    private String xml(SamlSettings settings, String requestId) {
        String format = settings.nameIdFormat()
                .map(wanted -> " Format=\"" + Xml.escaped(wanted) + "\"")
                .orElse("");
        return """
                <samlp:AuthnRequest xmlns:samlp="%s" xmlns:saml="%s" ID="%s" Version="2.0" IssueInstant="%s"\
                 Destination="%s"%s ProtocolBinding="%s" AssertionConsumerServiceURL="%s">\
                <saml:Issuer>%s</saml:Issuer><samlp:NameIDPolicy%s AllowCreate="true"/></samlp:AuthnRequest>\
                """.formatted(
                        Xml.PROTOCOL,
                        Xml.ASSERTION,
                        requestId,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        Xml.escaped(settings.ssoUrl().toString()),
                        settings.forceAuthn() ? " ForceAuthn=\"true\"" : "",
                        ServiceProvider.POST_BINDING,
                        Xml.escaped(us.acs()),
                        Xml.escaped(us.entityId()),
                        format);
    }

    private static String packed(String xml) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(xml.getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] chunk = new byte[1024];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return Base64.getEncoder().encodeToString(out.toByteArray());
        } finally {
            deflater.end();
        }
    }

    /// Signs what is sent, as it is sent (Bindings section 3.4.4.1).
    private static String signed(String query, String pem) {
        try {
            PrivateKey key = key(pem);
            String whole = query + "&SigAlg=" + encoded(RSA_SHA256);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(whole.getBytes(StandardCharsets.US_ASCII));
            return whole + "&Signature=" + encoded(Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new DirectoryException(STEP, "the key for requests can't sign", e);
        }
    }

    /// Reads a key.
    ///
    /// @throws DirectoryException when it is none that can be used; the message holds nothing of it
    static PrivateKey key(String pem) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new DirectoryException(
                    STEP, "requestKey is no RSA key in PEM (PKCS #8): -----BEGIN PRIVATE KEY----- and so on", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
