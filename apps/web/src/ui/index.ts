/** Primitives of the staff app. They know no router and no API: what they show comes in as props. */
export { Avatar, AvatarStack } from './avatar/avatar.tsx';
export type { AvatarPerson } from './avatar/avatar.tsx';
export { Band } from './band/band.tsx';
export { Breadcrumbs } from './breadcrumbs/breadcrumbs.tsx';
export { BulkBar } from './bulk-bar/bulk-bar.tsx';
export { Button, IconButton, buttonClass } from './button/button.tsx';
export type { ButtonSize } from './button/button.tsx';
export { Card } from './card/card.tsx';
export { Combobox } from './combobox/combobox.tsx';
export type { ComboboxOption } from './combobox/combobox.tsx';
export { DataGrid } from './data-grid/data-grid.tsx';
export type { DataGridHandle, GridSort } from './data-grid/data-grid.tsx';
export type { GridColumn } from './data-grid/grid-column.ts';
export { ConfirmDialog } from './dialog/confirm-dialog.tsx';
export { Dialog } from './dialog/dialog.tsx';
export { EmptyState } from './empty-state/empty-state.tsx';
export { ErrorNotice } from './error-notice/error-notice.tsx';
export { FactList } from './fact-list/fact-list.tsx';
export { Checkbox, DateField, NativeSelect, RadioGroup } from './field/choice-field.tsx';
export { PasswordField, TextArea, TextField } from './field/text-field.tsx';
export { useFetched } from './use-fetched.ts';
export { useOnPaper } from './use-on-paper.ts';
export { DropLine, FileDrop, useFileChooser } from './file-drop/file-drop.tsx';
export type { DroppedFile } from './file-drop/read-drop.ts';
export {
  BrandGlyph,
  CutOffGlyph,
  DeedBoxGlyph,
  HoldTapeGlyph,
  LedgerGlyph,
  WallGlyph,
} from './icons/glyphs.tsx';
export { Kbd } from './kbd/kbd.tsx';
export { KeyBit } from './key-bit/key-bit.tsx';
export { LedgerTape } from './ledger-tape/ledger-tape.tsx';
export type { LedgerRow } from './ledger-tape/ledger-tape.tsx';
export { Menu } from './menu/menu.tsx';
export type { MenuItem } from './menu/menu.tsx';
export { formatBytes, formatLine, formatNumber } from './number/format.ts';
export { Bytes } from './number/number.tsx';
export { Plate } from './plate/plate.tsx';
export type { PlateFact } from './plate/plate.tsx';
export { Progress, Skeleton } from './progress/progress.tsx';
export { Spinner } from './progress/spinner.tsx';
export { SearchField } from './search-field/search-field.tsx';
export { Table } from './table/table.tsx';
export type { TableColumn } from './table/table.tsx';
export { Tabs } from './tabs/tabs.tsx';
export { TapeBand } from './tape-band/tape-band.tsx';
export { dayOf, formatFull, formatTime } from './time/format.ts';
export type { TimeStyle } from './time/format.ts';
export { Time } from './time/time.tsx';
export { ToastDock } from './toasts/toast-dock.tsx';
export { useToast } from './toasts/toast-context.ts';
export { ToastsProvider } from './toasts/toasts.tsx';
