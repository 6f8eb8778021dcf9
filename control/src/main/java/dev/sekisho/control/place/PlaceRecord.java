package dev.sekisho.control.place;

import com.maxmind.db.MaxMindDbCreator;
import com.maxmind.db.MaxMindDbParameter;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What of a database's record is of interest, in the layouts of GeoLite2, GeoIP2 and DB-IP (`city.names.en`,
/// `country.names.en`) and of IPinfo (`city`, `country`, `country_name`). All else in a record is skipped: nothing in a
/// file decides how much memory is taken. Immutable; the library makes it, so it is public.
///
/// @param countryName of IPinfo, where `country` may be a code
public record PlaceRecord(
        @MaxMindDbParameter(name = "city") @Nullable Area city,
        @MaxMindDbParameter(name = "country") @Nullable Area country,
        @MaxMindDbParameter(name = "country_name") @Nullable String countryName) {
    /// Characters of a city's or country's name that are shown.
    static final int MAX_CHARS = 60;

    /// A city or a country.
    ///
    /// @param code of a country, by ISO 3166-1
    public record Area(
            @MaxMindDbParameter(name = "names") @Nullable Names names,
            @MaxMindDbParameter(name = "iso_code") @Nullable String code) {
        /// That of a database that has no more than a name.
        @MaxMindDbCreator
        public static Area of(String name) {
            return new Area(new Names(name), null);
        }

        private Optional<String> shown() {
            return Optional.ofNullable(names).flatMap(all -> clean(all.en())).or(() -> clean(code));
        }
    }

    /// The names of an area; other languages are skipped.
    public record Names(
            @MaxMindDbParameter(name = "en") @Nullable String en) {}

    /// City and country, as `Vienna, Austria`; empty when neither is known.
    Optional<String> shown() {
        Optional<String> land =
                clean(countryName).or(() -> Optional.ofNullable(country).flatMap(Area::shown));
        Optional<String> town = Optional.ofNullable(city)
                .flatMap(Area::shown)
                .filter(name -> !Optional.of(name).equals(land));
        return Optional.of(Stream.concat(town.stream(), land.stream()).collect(Collectors.joining(", ")))
                .filter(text -> !text.isEmpty());
    }

    /// A name goes into mails, pushes and terminals: one line, without characters that steer.
    private static Optional<String> clean(@Nullable String text) {
        String plain = Objects.requireNonNullElse(text, "")
                .replaceAll("[\\s\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+", " ")
                .strip();
        return Optional.of(
                        plain.codePointCount(0, plain.length()) > MAX_CHARS
                                ? plain.substring(0, plain.offsetByCodePoints(0, MAX_CHARS))
                                                .strip() + "…"
                                : plain)
                .filter(name -> !name.isEmpty());
    }
}
