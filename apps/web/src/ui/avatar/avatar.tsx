import type { ReactNode } from 'react';
import { avatarColourOf, initialsOf } from './initials.ts';
import './avatar.css';

/** A person as a round. */
export interface AvatarPerson {
  readonly id: string;
  readonly name: string;
}

export interface AvatarProps extends AvatarPerson {
  readonly size?: 's' | 'm' | 'l' | undefined;
  /** The name is said to screen readers; off where it stands beside. */
  readonly isNamed?: boolean | undefined;
}

/** Initials on a colour that is always the same for one person. */
export function Avatar({ id, name, size = 'm', isNamed = false }: AvatarProps): ReactNode {
  return (
    <span
      className={`avatar avatar-${size}`}
      data-colour={avatarColourOf(id)}
      role={isNamed ? 'img' : undefined}
      aria-label={isNamed ? name : undefined}
      aria-hidden={isNamed ? undefined : true}
      title={isNamed ? undefined : name}
    >
      {initialsOf(name)}
    </span>
  );
}

export interface AvatarStackProps {
  readonly people: readonly AvatarPerson[];
  /** Says who or how many, such as `4 people`. */
  readonly label: string;
  /** The label is shown beside the rounds too. */
  readonly isLabelShown?: boolean | undefined;
  /** How many rounds at most; the rest is a number. */
  readonly max?: number | undefined;
}

/** Overlapping rounds with one label. */
export function AvatarStack({ people, label, isLabelShown = false, max = 4 }: AvatarStackProps): ReactNode {
  const shown = people.length > max ? people.slice(0, max - 1) : people;
  const rest = people.length - shown.length;
  return (
    <span className="avatar-stack">
      <span className="avatar-rounds" aria-hidden="true">
        {shown.map((person) => (
          <Avatar key={person.id} {...person} size="s" />
        ))}
        {rest === 0 ? undefined : <span className="avatar avatar-s avatar-rest">+{rest}</span>}
      </span>
      <span className={isLabelShown ? 'avatar-label' : 'visually-hidden'}>{label}</span>
    </span>
  );
}
