/** The side that sends: one node of a controller, alone or in a cluster. */
@NullMarked
package io.exchange.controller;

import org.jspecify.annotations.NullMarked;
