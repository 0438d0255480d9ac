package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Connectors that attach at once, each for a target of its own.
 *
 * @param n how many
 * @param first the number of the first target
 * @param step from one target to the next
 * @param name what their connector ids begin with; empty if they need none
 * @param primary whether each of them is to become primary
 * @param ports where they attach, in turn
 * @param further where else any of them may attach
 */
record Crowd(int n, int first, int step, String name, boolean primary, List<Integer> ports, List<Integer> further) {

    /** Copies. */
    Crowd {
        ports = List.copyOf(ports);
        further = List.copyOf(further);
    }

    /** So many for the targets from a number on, each primary. */
    static Crowd of(int n, int first, List<Integer> ports) {
        return new Crowd(n, first, 1, "", true, ports, List.of());
    }

    /** The same for every so many-th target. */
    Crowd every(int newStep) {
        return new Crowd(n, first, newStep, name, primary, ports, further);
    }

    /** The same with names that begin so. */
    Crowd named(String newName) {
        return new Crowd(n, first, step, newName, primary, ports, further);
    }

    /** The same behind others that are primary. */
    Crowd secondary() {
        return new Crowd(n, first, step, name, false, ports, further);
    }

    /** The same, which may attach elsewhere too. */
    Crowd orAt(int port) {
        return new Crowd(n, first, step, name, primary, ports, List.of(port));
    }

    /** Where one of them may attach. */
    List<String> endpoints(int i) {
        return Stream.concat(Stream.of(ports.get(i % ports.size())), further.stream())
                .map(port -> "http://127.0.0.1:" + port)
                .toList();
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("n", n)
                .put("first", first)
                .put("step", step)
                .put("name", name)
                .put("primary", primary)
                .put("ports", new JsonArray(ports))
                .put("further", new JsonArray(further));
    }

    static Crowd of(JsonObject json, int next) {
        return new Crowd(
                json.getInteger("n"),
                json.getInteger("first", next),
                json.getInteger("step", 1),
                json.getString("name", ""),
                json.getBoolean("primary", true),
                numbers(json.getJsonArray("ports")),
                numbers(json.getJsonArray("further", new JsonArray())));
    }

    static List<Integer> numbers(JsonArray array) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            numbers.add(array.getInteger(i));
        }
        return numbers;
    }
}
