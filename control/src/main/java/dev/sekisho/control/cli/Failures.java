package dev.sekisho.control.cli;

import dev.sekisho.control.backup.BackupException;
import dev.sekisho.control.demo.DemoException;
import dev.sekisho.control.place.PlaceException;
import dev.sekisho.control.policy.PolicyFileException;
import dev.sekisho.control.remote.RemoteException;
import dev.sekisho.control.secret.VaultException;
import dev.sekisho.control.server.ServerException;
import dev.sekisho.control.socket.ControlException;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.tls.CertificateException;
import dev.sekisho.control.tunnel.ConfException;
import dev.sekisho.control.tunnel.TunnelException;
import dev.sekisho.control.uapi.UapiException;
import dev.sekisho.control.web.WebException;
import dev.sekisho.dataplane.run.ConfigurationException;
import dev.sekisho.tun.TunException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine.UnmatchedArgumentException;

/// Which exceptions are news for the operator, and in what words.
final class Failures {
    private Failures() {}

    /// Whether the message alone tells the operator what to do.
    static boolean isExpected(Exception failure) {
        return switch (failure) {
            case CommandFailure _, ConfException _, TunnelException _, UapiException _, DemoException _ -> true;
            case ServerException _, WebException _, CertificateException _, StoreException _ -> true;
            case RemoteException _, BackupException _, VaultException _ -> true;
            case PolicyFileException _, PlaceException _, StateException _, ControlException _ -> true;
            case ConfigurationException _, TunException _, IOException _ -> true;
            default -> false;
        };
    }

    /// What there is not, and what was meant. Only its name is repeated: what follows may be secret.
    private static String sentence(UnmatchedArgumentException unmatched) {
        String first = unmatched.getUnmatched().getFirst();
        List<String> near = unmatched.getSuggestions();
        String meant = near.isEmpty() ? "" : "; did you mean " + near.getFirst() + "?";
        if (unmatched.isUnknownOption()) {
            return "there is no option " + first.split("=", 2)[0] + meant;
        }
        return unmatched.getCommandLine().getSubcommands().isEmpty()
                ? "'" + first + "' is one word too many"
                : "there is no command '" + first + "'" + meant;
    }

    /// The message as one sentence.
    static String sentence(Exception failure) {
        return switch (failure) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied; root is needed";
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case UnmatchedArgumentException unmatched -> sentence(unmatched);
            default -> String.valueOf(failure.getMessage());
        };
    }
}
