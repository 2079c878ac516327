/**
 * The files that a scene refers to: which there are, what they hold, and copies of others' ones.
 */
package org.multiuser.files.scene;
