// What is not needed for the first look and is fetched when it is opened. In one place, so that one small chunk knows where it all is.
import dynamic from 'next/dynamic';

export const Palette = dynamic(() => import('./palette.tsx'), { ssr: false });
export const HelpDialog = dynamic(() => import('./help-dialog.tsx'), { ssr: false });
export const WindowDialog = dynamic(() => import('../windows/window-dialog.tsx'), { ssr: false });
export const TakeBackDialog = dynamic(() => import('../devices/take-back-dialog.tsx'), { ssr: false });
export const DeviceActDialog = dynamic(() => import('../devices/device-acts-dialog.tsx'), { ssr: false });
export const BulkActs = dynamic(() => import('../devices/bulk-acts.tsx'), { ssr: false });
export const CleanUpDialog = dynamic(() => import('../devices/clean-up-dialog.tsx'), { ssr: false });
export const RuleFormDialog = dynamic(() => import('../rules/rule-form-dialog.tsx'), { ssr: false });
