/** Primitives of the staff app. They know no router and no API: what they show comes in as props. */
export { Avatar, AvatarStack } from './avatar/avatar.tsx';
export type { AvatarPerson, AvatarProps, AvatarStackProps } from './avatar/avatar.tsx';
export { Band } from './band/band.tsx';
export type { BandKind, BandProps } from './band/band.tsx';
export { Breadcrumbs } from './breadcrumbs/breadcrumbs.tsx';
export type { Crumb } from './breadcrumbs/breadcrumbs.tsx';
export { BulkBar } from './bulk-bar/bulk-bar.tsx';
export { Button, IconButton, buttonClass } from './button/button.tsx';
export type { ButtonProps, ButtonSize, ButtonVariant, IconButtonProps } from './button/button.tsx';
export { Card } from './card/card.tsx';
export type { CardProps } from './card/card.tsx';
export { Combobox } from './combobox/combobox.tsx';
export type { ComboboxOption, ComboboxProps } from './combobox/combobox.tsx';
export { DataGrid } from './data-grid/data-grid.tsx';
export type { DataGridHandle, DataGridProps, GridSort } from './data-grid/data-grid.tsx';
export type { GridColumn } from './data-grid/grid-column.ts';
export { ConfirmDialog } from './dialog/confirm-dialog.tsx';
export type { ConfirmDialogProps } from './dialog/confirm-dialog.tsx';
export { Dialog } from './dialog/dialog.tsx';
export type { DialogProps } from './dialog/dialog.tsx';
export { EmptyState } from './empty-state/empty-state.tsx';
export type { EmptyStateProps } from './empty-state/empty-state.tsx';
export { ErrorNotice } from './error-notice/error-notice.tsx';
export type { ErrorNoticeProps } from './error-notice/error-notice.tsx';
export { FactList } from './fact-list/fact-list.tsx';
export type { Fact } from './fact-list/fact-list.tsx';
export { Checkbox, DateField, NativeSelect, RadioGroup } from './field/choice-field.tsx';
export type {
  CheckboxProps,
  DateFieldProps,
  NativeSelectProps,
  RadioGroupProps,
  RadioOption,
  SelectOption,
} from './field/choice-field.tsx';
export { Field } from './field/field.tsx';
export type { ControlProps, FieldProps, FieldWords } from './field/field.tsx';
export { PasswordField, TextArea, TextField } from './field/text-field.tsx';
export type { PasswordFieldProps, TextAreaProps, TextFieldProps } from './field/text-field.tsx';
export { DropLine, FileDrop, useFileChooser } from './file-drop/file-drop.tsx';
export type { FileDropProps } from './file-drop/file-drop.tsx';
export type { DroppedFile } from './file-drop/read-drop.ts';
export {
  AirGapGlyph,
  BrandGlyph,
  CutOffGlyph,
  DeedBoxGlyph,
  HoldTapeGlyph,
  KeeperGlyph,
  LedgerGlyph,
  RedactGlyph,
  SplitKeyGlyph,
  WallGlyph,
} from './icons/glyphs.tsx';
export { Kbd } from './kbd/kbd.tsx';
export { KeyBit, KeyBitGlyph } from './key-bit/key-bit.tsx';
export type { KeyBitProps, KeyClass } from './key-bit/key-bit.tsx';
export { LedgerTape } from './ledger-tape/ledger-tape.tsx';
export type { LedgerRow, LedgerTapeProps } from './ledger-tape/ledger-tape.tsx';
export { Menu } from './menu/menu.tsx';
export type { MenuAction, MenuItem, MenuLinkProps, MenuProps } from './menu/menu.tsx';
export { formatBytes, formatLine, formatNumber } from './number/format.ts';
export { Bytes, Num } from './number/number.tsx';
export { Plate } from './plate/plate.tsx';
export type { PlateFact, PlateProps } from './plate/plate.tsx';
export { Progress, Skeleton } from './progress/progress.tsx';
export type { ProgressProps } from './progress/progress.tsx';
export { Spinner } from './progress/spinner.tsx';
export { SearchField } from './search-field/search-field.tsx';
export type { SearchFieldProps } from './search-field/search-field.tsx';
export { Table } from './table/table.tsx';
export type { TableColumn, TableProps } from './table/table.tsx';
export { Tabs } from './tabs/tabs.tsx';
export type { LinkProps, LinkRender, TabItem } from './tabs/tabs.tsx';
export { TapeBand } from './tape-band/tape-band.tsx';
export { dayOf, formatFull, formatRelative, formatTime } from './time/format.ts';
export type { TimeOptions, TimeStyle } from './time/format.ts';
export { Time } from './time/time.tsx';
export type { TimeProps } from './time/time.tsx';
export { ToastDock } from './toasts/toast-dock.tsx';
export { useToast } from './toasts/toast-context.ts';
export type { Toast, ToastsHandle } from './toasts/toast-context.ts';
export { ToastsProvider } from './toasts/toasts.tsx';
export { Tooltip } from './tooltip/tooltip.tsx';
export type { TooltipProps } from './tooltip/tooltip.tsx';
export { PrintOnly, VisuallyHidden } from './visually-hidden/visually-hidden.tsx';
