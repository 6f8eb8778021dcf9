package dev.sekisho.control.directory;

import dev.sekisho.control.login.Directories;
import dev.sekisho.control.login.Directory;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/// The connected directories as the login sees them. Thread-safe.
public final class LoginDirectories implements Directories {
    private static final System.Logger LOG = System.getLogger(LoginDirectories.class.getName());

    private final UserDirectories directories;
    private final Admissions admissions;

    public LoginDirectories(UserDirectories directories, Admissions admissions) {
        this.directories = directories;
        this.admissions = admissions;
    }

    @Override
    public List<Directory> all() {
        return directories.all().stream()
                .filter(ConnectedDirectory::enabled)
                .<Directory>map(Entry::new)
                .toList();
    }

    private final class Entry implements Directory {
        private final ConnectedDirectory directory;

        Entry(ConnectedDirectory directory) {
            this.directory = directory;
        }

        @Override
        public String id() {
            return directory.id();
        }

        @Override
        public String kind() {
            return directory.kind().label();
        }

        @Override
        public String label() {
            return directory.name();
        }

        /// An empty password is refused before anybody is asked: a server may take it for a login of nobody, and say
        /// yes (RFC 4513 section 5.1.2).
        @Override
        public Optional<NewUser> check(String name, String password) {
            if (name.isBlank() || password.isEmpty()) {
                return Optional.empty();
            }
            try {
                return directories
                        .connector(directory.kind())
                        .authenticate(directories.connection(directory.id()), name, password)
                        .flatMap(person -> admissions.admit(directory, person));
            } catch (DirectoryException e) {
                LOG.log(Level.WARNING, "directory {0}: {1}: {2}", directory.name(), e.step(), e.detail());
                throw Problem.unavailable("the directory " + directory.name()
                        + " can't be asked: try again later, or ask an administrator");
            }
        }
    }
}
