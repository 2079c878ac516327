/** Whom an agent takes for the server that was meant (SPEC CH9). */
package org.multiuser.network.trust;
