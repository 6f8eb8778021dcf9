package dev.sekisho.control.remote;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Believes the server with one key, and no other. Names and dates of its certificate don't matter: who has the key is
/// the server.
final class PinnedTrust extends X509ExtendedTrustManager {
    private final Optional<Pin> pin;
    private final Consumer<X509Certificate> seen;

    /// @param pin empty = nobody is believed
    /// @param seen is told the certificate of every server
    PinnedTrust(Optional<Pin> pin, Consumer<X509Certificate> seen) {
        this.pin = pin;
        this.seen = seen;
    }

    /// A context that believes as this does.
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {this}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        seen.accept(chain[0]);
        if (pin.isEmpty() || !pin.get().holds(chain[0])) {
            throw new CertificateException("the server has another key than the one that is pinned");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
