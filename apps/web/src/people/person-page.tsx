/** One person: where he stands, his devices and roles, what he can open, and letting him in by comparing fingerprints. */
import type { Admission, DeviceRow, FirmRole, PersonDetails } from '@strongroom/device';
import { officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { Link, useParams } from '@tanstack/react-router';
import { UserCheck, UserX } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceMutation, useDeviceQuery, useSession } from '../keys/keys-context.tsx';
import { LineLink } from '../ledger/line-link.tsx';
import { useWhen } from '../room/use-when.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Avatar,
  Band,
  Breadcrumbs,
  Button,
  Card,
  Checkbox,
  ConfirmDialog,
  CutOffGlyph,
  EmptyState,
  FactList,
  KeyBit,
  Skeleton,
} from '../ui/index.ts';
import { firmRoles } from './people-search.ts';
import { personState, usePersonStates } from './person-state.ts';
import './people.css';

const classes = [3, 2, 1, 0] as const;

export function PersonPage(): ReactNode {
  const { person } = useParams({ from: paths.person });
  const { t } = useTexts();
  const details = useDeviceQuery(
    ['person', person],
    async (keys) => await keys.device.people.show(person as PersonId),
  );
  return (
    <>
      <title>{t('web.people.person.title')}</title>
      <Breadcrumbs
        label={t('web.people.crumbs')}
        items={[
          {
            id: 'people',
            label: t('web.people.heading'),
            render: (props) => <Link to={paths.people} {...props} />,
          },
        ]}
      />
      {details.error === null ? undefined : (
        <EmptyState
          title={t('web.people.unknown')}
          sentence={<ErrorView error={details.error} />}
          action={<Link to={paths.people}>{t('web.people.heading')}</Link>}
        />
      )}
      {details.data === undefined ? (
        details.error === null ? (
          <Skeleton label={t('web.people.loading')} lines={6} />
        ) : undefined
      ) : (
        <Person details={details.data} />
      )}
    </>
  );
}

function Person({ details }: { readonly details: PersonDetails }): ReactNode {
  const { t } = useTexts();
  const stateOf = usePersonStates();
  const session = useSession();
  const name = details.name ?? t('web.people.nameless');
  const isAdministrator =
    session.kind === 'unlocked' &&
    (session.roles.includes('administrator') || session.roles.includes('owner'));
  return (
    <>
      <header className="people-person">
        <Avatar id={details.person} name={name} size="l" />
        <div>
          <h1>{name}</h1>
          <p className="people-state" data-state={personState(details)}>
            {stateOf(details)}
          </p>
        </div>
      </header>
      {personState(details) === 'enrolled' ? (
        <LetIn details={details} name={name} mayAdmit={isAdministrator} />
      ) : undefined}
      <div className="people-layout">
        <div>
          <Reach details={details} />
          <Roles details={details} isAdministrator={isAdministrator} />
        </div>
        <div>
          <Standing details={details} name={name} isAdministrator={isAdministrator} />
          <Devices details={details} isAdministrator={isAdministrator} />
        </div>
      </div>
    </>
  );
}

/** The new person reads the fingerprint out; only if it is this one he is let in. */
function LetIn({
  details,
  name,
  mayAdmit,
}: {
  readonly details: PersonDetails;
  readonly name: string;
  readonly mayAdmit: boolean;
}): ReactNode {
  const { t } = useTexts();
  const [differs, setDiffers] = useState(false);
  const fingerprint = details.fingerprint ?? '';
  const admit = useDeviceMutation(
    async (keys) => await keys.device.people.admit({ person: details.person, fingerprint }),
  );
  if (differs)
    return (
      <Card title={t('web.people.differs.title')} className="people-let-in">
        <Band kind="bad">{t('web.people.differs.sentence', { name })}</Band>
        <Button onClick={() => setDiffers(false)}>{t('web.people.differs.again')}</Button>
      </Card>
    );
  return (
    <Card title={t('web.people.let-in.title', { name })} className="people-let-in">
      <p>{t('web.people.let-in.sentence', { name })}</p>
      <p className="people-fingerprint mono" aria-label={t('web.people.fingerprint')}>
        {fingerprint}
      </p>
      <div className="people-actions">
        <Button
          variant="primary"
          pending={admit.isPending}
          disabledReason={mayAdmit ? undefined : t('web.people.only-administrators')}
          onClick={() => admit.mutate(undefined)}
        >
          {t('web.people.let-in.match')}
        </Button>
        <Button onClick={() => setDiffers(true)}>{t('web.people.let-in.differ')}</Button>
      </div>
      <ErrorView error={admit.error} />
    </Card>
  );
}

function Reach({ details }: { readonly details: PersonDetails }): ReactNode {
  const { t } = useTexts();
  const preview = useDeviceQuery(
    ['person-reach', details.person],
    async (keys) => await keys.device.people.preview(details.person),
  );
  return (
    <Card title={t('web.people.reach')} hint={t('web.people.reach.hint')}>
      <ErrorView error={preview.error} />
      {preview.data === undefined ? (
        preview.error === null ? (
          <Skeleton label={t('web.people.loading')} lines={3} />
        ) : undefined
      ) : (
        <>
          <p>
            {t('web.people.reach.sentence', { count: preview.data.documents, rooms: preview.data.rooms })}
          </p>
          <ul className="people-classes">
            {classes.map((value) => (
              <li key={value}>
                <KeyBit value={value} label={t(`class.${value}`)} />
                <b>{preview.data.byClass[value]}</b>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Devices({
  details,
  isAdministrator,
}: {
  readonly details: PersonDetails;
  readonly isAdministrator: boolean;
}): ReactNode {
  const { t } = useTexts();
  const [cutting, setCutting] = useState<DeviceRow>();
  const cut = useDeviceMutation(
    async (keys, row: DeviceRow) => await keys.device.devices.revoke(row.device, 'other'),
  );
  return (
    <Card title={t('web.people.devices')}>
      {details.devices.length === 0 ? <p className="row-under">{t('web.people.devices.none')}</p> : undefined}
      <ul className="people-devices">
        {details.devices.map((row) => (
          <li key={row.device} data-state={row.state}>
            <p>
              <span className="mono">{row.device.slice(4, 12)}</span>{' '}
              <span className="row-under">
                {row.isThisDevice
                  ? t('web.me.device.this')
                  : row.state === 'valid'
                    ? ''
                    : t(`web.me.device.${row.state}`)}
              </span>
            </p>
            {row.state === 'revoked' || row.isThisDevice || !isAdministrator ? undefined : (
              <Button size="s" icon={<CutOffGlyph aria-hidden="true" />} onClick={() => setCutting(row)}>
                {t('web.me.device.cut-off')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {cutting === undefined ? undefined : (
        <ConfirmDialog
          title={t('web.me.cut-off.title', { device: cutting.device.slice(4, 12) })}
          confirmLabel={t('web.me.device.cut-off')}
          cancelLabel={t('web.people.cancel')}
          isDanger
          isPending={cut.isPending}
          error={<ErrorView error={cut.error} />}
          onConfirm={() => cut.mutate(cutting, { onSuccess: () => setCutting(undefined) })}
          onClose={() => setCutting(undefined)}
        >
          <p>{t('web.me.cut-off.sentence')}</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

function Standing({
  details,
  name,
  isAdministrator,
}: {
  readonly details: PersonDetails;
  readonly name: string;
  readonly isAdministrator: boolean;
}): ReactNode {
  const { t } = useTexts();
  const [isAsking, setIsAsking] = useState(false);
  const suspend = useDeviceMutation(async (keys) => await keys.device.people.suspend(details.person));
  const reinstate = useDeviceMutation(async (keys) => await keys.device.people.reinstate(details.person));
  const reason = isAdministrator ? undefined : t('web.people.only-administrators');
  useCommands(
    details.isMe
      ? []
      : details.state === 'active'
        ? [
            {
              id: 'suspend',
              label: t('web.people.suspend'),
              icon: <UserX aria-hidden="true" />,
              disabledReason: reason,
              onRun: () => setIsAsking(true),
            },
          ]
        : details.state === 'suspended'
          ? [
              {
                id: 'reinstate',
                label: t('web.people.reinstate'),
                icon: <UserCheck aria-hidden="true" />,
                disabledReason: reason,
                onRun: () => reinstate.mutate(undefined),
              },
            ]
          : [],
  );
  return (
    <Card title={t('web.people.about')}>
      <FactList
        facts={[
          {
            id: 'number',
            label: t('web.people.number'),
            value: <span className="mono break-all">{details.person}</span>,
          },
          ...(details.fingerprint === undefined
            ? []
            : [
                {
                  id: 'fingerprint',
                  label: t('web.people.fingerprint'),
                  value: <span className="mono">{details.fingerprint}</span>,
                },
                ...(personState(details) === 'admitted'
                  ? [
                      {
                        id: 'compared',
                        label: t('web.people.compared'),
                        value: <Compared admission={details.admission} />,
                      },
                    ]
                  : []),
              ]),
        ]}
      />
      {!isAdministrator || details.isMe ? undefined : details.state === 'active' ? (
        <Button className="people-standing" onClick={() => setIsAsking(true)}>
          {t('web.people.suspend')}
        </Button>
      ) : details.state === 'suspended' ? (
        <Button
          className="people-standing"
          pending={reinstate.isPending}
          onClick={() => reinstate.mutate(undefined)}
        >
          {t('web.people.reinstate')}
        </Button>
      ) : undefined}
      <ErrorView error={reinstate.error} />
      {isAsking ? (
        <ConfirmDialog
          title={t('web.people.suspend.title', { name })}
          confirmLabel={t('web.people.suspend')}
          cancelLabel={t('web.people.cancel')}
          isDanger
          isPending={suspend.isPending}
          error={<ErrorView error={suspend.error} />}
          onConfirm={() => suspend.mutate(undefined, { onSuccess: () => setIsAsking(false) })}
          onClose={() => setIsAsking(false)}
        >
          <p>{t('web.people.suspend.sentence')}</p>
        </ConfirmDialog>
      ) : undefined}
    </Card>
  );
}

/** Who said that the fingerprint is this person's, and where that stands. */
function Compared({ admission }: { readonly admission: Admission | undefined }): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  if (admission === undefined) return t('web.people.compared.never');
  return (
    <>
      {t('web.people.compared.by', {
        who: admission.byName ?? t('web.people.nameless'),
        date: when(admission.atMs, 'date'),
      })}
      {' · '}
      <LineLink ledger={officeId} index={admission.index} />
    </>
  );
}

function Roles({
  details,
  isAdministrator,
}: {
  readonly details: PersonDetails;
  readonly isAdministrator: boolean;
}): ReactNode {
  const { t } = useTexts();
  const change = useDeviceMutation(
    async (keys, { role, wanted }: { readonly role: FirmRole; readonly wanted: boolean }) =>
      wanted
        ? await keys.device.people.grantRole(details.person, role)
        : await keys.device.people.revokeRole(details.person, role),
  );
  return (
    <Card title={t('web.people.roles')}>
      <div className="people-form">
        {firmRoles.map((role) => (
          <Checkbox
            key={role}
            label={t(`web.people.role.${role}`)}
            hint={t(`web.people.role.${role}.hint`)}
            isChecked={details.roles.includes(role)}
            isDisabled={!isAdministrator || change.isPending || details.state !== 'active'}
            onChange={(wanted) => change.mutate({ role, wanted })}
          />
        ))}
      </div>
      <ErrorView error={change.error} />
    </Card>
  );
}
