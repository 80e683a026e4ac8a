// What is not needed for the first look and is fetched when it is opened. In one place, so that one small chunk knows where it all is.
import dynamic from 'next/dynamic';

export const Palette = dynamic(() => import('./palette.tsx'), { ssr: false });
export const HelpDialog = dynamic(() => import('./help-dialog.tsx'), { ssr: false });
export const RuleFormDialog = dynamic(() => import('../rules/rule-form-dialog.tsx'), { ssr: false });
