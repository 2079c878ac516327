package org.multiuser.protocol;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.UUID;
import org.multiuser.protocol.file.Digest;
import org.multiuser.protocol.message.Message;
import org.multiuser.protocol.message.OwnerAction;
import org.multiuser.protocol.model.Value;

/** Random messages of every kind, made from what their records declare. */
public final class RandomMessages {
  private RandomMessages() {}

  /** The records of all messages. */
  public static List<Class<?>> kinds() {
    return List.of(Message.class.getPermittedSubclasses());
  }

  /** A message of this kind. */
  public static Message of(Class<?> kind, Generator random) {
    if (kind == Message.ChangeOwner.class) {
      OwnerAction action = random.oneOf(OwnerAction.values());
      List<UUID> nodes = List.of(random.uuid(), random.uuid());
      UUID to = action == OwnerAction.GIVE ? random.uuid() : null;
      return new Message.ChangeOwner(random.count(), action, nodes, to);
    }
    return (Message) make(kind, random);
  }

  private static Object make(Class<?> record, Generator random) {
    RecordComponent[] components = record.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = component(components[i], random);
    }
    try {
      var constructor = record.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Object component(RecordComponent component, Generator random) {
    Class<?> type = component.getType();
    boolean clock = component.getName().equals("sentNanos");
    if (type == long.class) {
      return clock ? random.number() : random.count();
    }
    if (type == int.class) {
      return component.getName().equals("pingMillis") ? -1 : random.below(0x1000000);
    }
    if (type == boolean.class) {
      return random.below(2) == 0;
    }
    if (type == String.class) {
      return random.text();
    }
    if (type == Digest.class) {
      return Digest.of(random.bytes(Digest.BYTES));
    }
    if (type == UUID.class) {
      boolean nullable = component.getDeclaringRecord() == Message.Refused.class;
      return nullable && random.below(2) == 0 ? null : random.uuid();
    }
    if (type == byte[].class) {
      boolean secret = List.of("token", "secret", "hash").contains(component.getName());
      return random.bytes(secret ? 32 : random.below(1000));
    }
    if (type == Value.Fields.class) {
      return random.fields(3);
    }
    if (type.isEnum()) {
      return random.oneOf(type.getEnumConstants());
    }
    var element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    if (random.below(3) == 0) {
      return List.of();
    }
    if (element == Digest.class) {
      return List.of(Digest.of(random.bytes(Digest.BYTES)));
    }
    return List.of(element == UUID.class ? random.uuid() : make((Class<?>) element, random));
  }
}
