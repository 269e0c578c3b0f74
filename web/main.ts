import './styles/all.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { rememberedLanguage, speak } from './state/language.svelte.ts';
import { startNavigation } from './state/navigation.svelte.ts';

startNavigation();
await speak(rememberedLanguage());
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
