/** The devices of this person, the way to add one and the way to cut one off. */
import type { DeviceRow, RevocationReason } from '@strongroom/device';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceMutation, useDeviceQuery, useSession } from '../keys/keys-context.tsx';
import { paths } from '../app/paths.ts';
import { readAdoptCode } from '../start/adopt-link.ts';
import { takeFragment } from '../start/take-fragment.ts';
import { useFragment } from '../start/use-fragment.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, CutOffGlyph, Dialog, RadioGroup, Skeleton, Time, useToast } from '../ui/index.ts';
import { AdoptDialog } from './adopt-dialog.tsx';

const reasons: readonly RevocationReason[] = ['lost', 'stolen', 'replaced', 'left', 'other'];

export function MyDevices(): ReactNode {
  const { t } = useTexts();
  const session = useSession();
  const [cutting, setCutting] = useState<DeviceRow>();
  const navigate = useNavigate({ from: paths.me });
  const isAdding = useSearch({ from: paths.me }).add === 'device';
  const [code, setCode] = useState<string>();
  const show = useCallback(
    (isShown: boolean): void => void navigate({ search: isShown ? { add: 'device' } : {}, replace: true }),
    [navigate],
  );
  // The link of a new device's QR code: its code is taken out of the address, and asked about.
  const takeLink = useCallback((): void => {
    const linked = readAdoptCode(takeFragment());
    if (linked === undefined) return;
    setCode(linked);
    show(true);
  }, [show]);
  useEffect(takeLink, [takeLink]);
  useFragment(takeLink);
  const devices = useDeviceQuery(['my-devices'], async (keys) => await keys.device.devices.list());
  const records = useDeviceQuery(['my-records'], async (keys) => await keys.device.mine.records());
  const mine = (devices.data ?? []).filter(
    ({ person }) => session.kind === 'unlocked' && person === session.person,
  );
  const sinceOf = (device: string): number | undefined =>
    records.data?.devices.find((each) => each.device === device)?.sinceMs;
  return (
    <Card title={t('web.me.devices')}>
      <ErrorView error={devices.error} />
      {devices.data === undefined ? <Skeleton label={t('web.me.loading')} lines={3} /> : undefined}
      <ul className="me-devices">
        {mine
          .toSorted((left, right) => Number(right.isThisDevice) - Number(left.isThisDevice))
          .map((row) => {
            const sinceMs = sinceOf(row.device);
            return (
              <li key={row.device} data-state={row.state}>
                <div>
                  <p>{row.isThisDevice ? t('web.me.device.this') : t('web.me.device.other')}</p>
                  <p className="row-under">
                    <span className="mono">{row.device.slice(4, 12)}</span>
                    {sinceMs === undefined ? undefined : (
                      <>
                        {' · '}
                        <Time atMs={sinceMs} format="date-time" />
                      </>
                    )}
                    {row.state === 'valid' ? undefined : ` · ${t(`web.me.device.${row.state}`)}`}
                  </p>
                </div>
                {row.state === 'revoked' || row.isThisDevice ? undefined : (
                  <Button size="s" icon={<CutOffGlyph aria-hidden="true" />} onClick={() => setCutting(row)}>
                    {t('web.me.device.cut-off')}
                  </Button>
                )}
              </li>
            );
          })}
      </ul>
      <div className="me-add">
        <Button icon={<Plus aria-hidden="true" />} onClick={() => show(true)}>
          {t('web.adopt.add')}
        </Button>
      </div>
      <p className="row-under">{t('web.me.devices.add')}</p>
      {isAdding ? (
        <AdoptDialog
          key={code ?? ''}
          code={code}
          onClose={() => {
            setCode(undefined);
            show(false);
          }}
        />
      ) : undefined}
      {cutting === undefined ? undefined : (
        <CutOffDialog device={cutting} onClose={() => setCutting(undefined)} />
      )}
    </Card>
  );
}

function CutOffDialog({
  device,
  onClose,
}: {
  readonly device: DeviceRow;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const [reason, setReason] = useState<RevocationReason>('lost');
  const cut = useDeviceMutation(async (keys) => await keys.device.devices.revoke(device.device, reason));
  return (
    <Dialog
      title={t('web.me.cut-off.title', { device: device.device.slice(4, 12) })}
      description={t('web.me.cut-off.sentence')}
      isBusy={cut.isPending}
      onClose={onClose}
      onSubmit={() => {
        cut.mutate(undefined, {
          onSuccess: ({ stillDue }) => {
            toast.show({
              tone: 'ok',
              text:
                stillDue.length === 0
                  ? t('web.me.cut-off.done')
                  : t('web.me.cut-off.waits', { count: stillDue.length }),
            });
            onClose();
          },
        });
      }}
      footer={
        <>
          <Button type="submit" variant="danger" pending={cut.isPending}>
            {t('web.me.device.cut-off')}
          </Button>
          <Button onClick={onClose}>{t('web.me.cancel')}</Button>
        </>
      }
    >
      <RadioGroup<RevocationReason>
        label={t('web.me.cut-off.why')}
        value={reason}
        options={reasons.map((value) => ({ value, label: t(`web.me.cut-off.why.${value}`) }))}
        onChange={setReason}
      />
      <ErrorView error={cut.error} />
    </Dialog>
  );
}
